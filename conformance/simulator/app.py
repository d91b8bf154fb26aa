"""The HTTP side: paths to operations, the key, the faults around, and answers onto the wire."""

import hmac
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, unquote

import orjson
from attrs import define, evolve, field
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from conformance.hosts import is_own
from conformance.operations import Steps, is_parameter, steps
from conformance.providers import BEARER, PROVIDERS
from conformance.simulator import batch_operations, control, file_operations
from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.faults import Faults
from conformance.simulator.heard import OPERATION, Heard, Listener
from conformance.simulator.ranges import part_of
from conformance.simulator.service import Service
from conformance.simulator.store import StateError
from conformance.simulator.troubles import Refusal

Handler = Callable[[Service, Call], Awaitable[ServedAnswer]]

RESULT = "result"
"""No operation of an API: the download from an address that stands in a batch."""

_HANDLERS: Mapping[str, Handler] = {
    "list_batches": batch_operations.list_batches,
    "create_batch": batch_operations.create_batch,
    "retrieve_batch": batch_operations.retrieve_batch,
    "cancel_batch": batch_operations.cancel_batch,
    "upload_file": file_operations.upload_file,
    "list_files": file_operations.list_files,
    "retrieve_file": file_operations.retrieve_file,
    "delete_file": file_operations.delete_file,
    "file_content": file_operations.file_content,
    RESULT: file_operations.result,
}

_PIECE = 1 << 18
_log = logging.getLogger("conformance.simulator")
# What went wrong is answered; the account of it is for those who ask for it.
_log.addHandler(logging.NullHandler())


@define(eq=False)
class App:
    """An ASGI application: one provider, one key. `host` is what it listens on; `listener` is told of each request."""

    service: Service
    key: str
    faults: Faults
    host: str
    listener: Listener | None = None
    _offered: Mapping[Steps, Mapping[str, str]] = field(init=False)
    """The operations that the provider has, by path and method, those without parameters first."""
    _bases: frozenset[Steps] = field(init=False)
    """What may stand before a path: the contract's base, or only its end, `/v1`, nothing."""

    def __attrs_post_init__(self) -> None:
        """Take the paths from the contract."""
        contract = self.service.profile.contract
        offered: dict[Steps, dict[str, str]] = {("results", "{file_id}"): {"GET": RESULT}}
        for operation in contract.operations.values():
            offered.setdefault(steps(operation.path), {})[operation.method] = operation.name
        self._offered = dict(sorted(offered.items(), key=lambda pair: sum(map(is_parameter, pair[0]))))
        base = steps(contract.base_path)
        self._bases = frozenset({("v1",), *(base[index:] for index in range(len(base) + 1))})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self.listener is None:
            await self._respond(Request(scope, receive), send)
            return
        heard = Heard(scope, send)
        try:
            await self._respond(Request(scope, receive), heard)
        finally:
            self.listener(heard.line())

    async def _respond(self, request: Request, send: Send) -> None:
        try:
            answer = await self._answer(request)
            with ExitStack() as stack:
                file = stack.enter_context(answer.raw.open("rb")) if isinstance(answer.raw, Path) else None
                await _send(answer, file, request, send)
        except ClientDisconnect:
            return
        except OSError as error:
            _log.debug("%s %s: %s", request.method, request.scope["path"], error)
            await _send(self._refused(Refusal("server_error")), None, request, send)

    async def _answer(self, request: Request) -> ServedAnswer:
        hosts = [value.decode("latin-1") for name, value in request.scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not is_own(hosts[0], request.scope["server"], self.host):
            own = "{}:{}".format(*request.scope["server"])
            return ServedAnswer(
                421, {"error": f"the Host header must name this simulator: {own}, or localhost with that port"}
            )
        try:
            # `OPTIONS *` has no path at all.
            segments = [unquote(part) for part in request.scope["raw_path"].decode("ascii").split("/")[1:]] or [""]
            if segments[0] == "_control":
                request.scope[OPERATION] = "control"
                return await control.answer(
                    request,
                    [part for part in segments[1:] if part],
                    self.service,
                    self.faults,
                    self._refuses_key(request),
                )
            call = self._call(request, segments)
            request.scope[OPERATION] = call.operation
            return await self.faults.around(call, self.service, self._handle)
        except Refusal as refusal:
            return self._refused(refusal)
        except ClientDisconnect:
            raise
        except (StateError, OSError) as error:
            _log.debug("%s %s: %s", request.method, request.scope["path"], error)
            return self._refused(Refusal("server_error"))
        except Exception:  # noqa: BLE001 - a server answers, whatever happens
            _log.exception("%s %s", request.method, request.scope["path"])
            return self._refused(Refusal("server_error"))

    def _call(self, request: Request, segments: list[str]) -> Call:
        """Find the operation; every form of a base URL, with `/v1` and without, leads to it."""
        for template, offered in self._offered.items():
            cut = max(len(segments) - len(template), 0)
            base, path = tuple(segments[:cut]), segments[cut:]
            parameters = _matched(template, path) if base in self._bases else None
            if parameters is None:
                continue
            method = "GET" if request.method == "HEAD" else request.method
            if method not in offered:
                raise Refusal("wrong_method", ", ".join(offered))
            return Call(
                operation=offered[method],
                parameters=parameters,
                query=dict(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)),
                base_url=f"{request.scope['scheme']}://{_header(request, b'host')}{''.join(f'/{one}' for one in base)}",
                request=request,
            )
        raise Refusal("unknown_path")

    async def _handle(self, call: Call) -> ServedAnswer:
        try:
            trouble = None if call.trusted or call.operation == RESULT else self._refuses_key(call.request)
            if trouble:
                raise trouble
            return await _HANDLERS[call.operation](self.service, call)
        except Refusal as refusal:
            return self._refused(refusal, call.operation)

    def _refuses_key(self, request: Request) -> Refusal | None:
        scheme, _, key = _header(request, b"authorization").partition(" ")
        header = PROVIDERS[self.service.profile.name].key_header
        bare = "" if header == BEARER else _header(request, header.lower().encode())
        scheme, key = ("bearer", bare) if bare else (scheme, key)
        if scheme.lower() != "bearer" or not key.strip():
            return Refusal("key_missing")
        good = hmac.compare_digest(key.strip().encode("latin-1"), self.key.encode(errors="surrogateescape"))
        return None if good else Refusal("key_wrong")

    def _refused(self, refusal: Refusal, operation: str = "") -> ServedAnswer:
        profile = self.service.profile
        headers = (("allow", refusal.detail),) if refusal.trouble == "wrong_method" else ()
        answer = profile.refuse(profile.contract.operations.get(operation), refusal.trouble, refusal.detail)
        return evolve(answer, headers=headers)


def _header(request: Request, name: bytes) -> str:
    """The first header of that name; "" where there is none."""
    return next((value.decode("latin-1") for key, value in request.scope["headers"] if key == name), "")


def _matched(template: tuple[str, ...], path: list[str]) -> dict[str, str] | None:
    """The path's parameters; None if it is not of the template."""
    if len(template) != len(path):
        return None
    parameters = {}
    for name, part in zip(template, path, strict=True):
        if name.startswith("{") and part:
            parameters[name[1:-1]] = part
        elif name != part:
            return None
    return parameters


def _pieces(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (piece := file.read(min(_PIECE, end - start))):
        start += len(piece)
        yield piece


_Span = tuple[int, int, int, list[tuple[bytes, bytes]]]
"""The status, the first byte that is sent and the one after the last, and the headers that tell."""


def _span(answer: ServedAnswer, size: int, request: Request) -> _Span:
    """What of an answer is sent: of a file, the part that was asked for."""
    if not isinstance(answer.raw, Path):
        return answer.status, 0, size, []
    mark = f'"{answer.raw.name}"'  # what a file holds never changes: its name is enough of a mark
    headers = [(b"accept-ranges", b"bytes"), (b"etag", mark.encode())]
    asked, same = _header(request, b"range"), _header(request, b"if-range")
    if request.method != "GET" or answer.status != 200 or (same and same != mark):
        return answer.status, 0, size, headers
    try:
        part = part_of(asked, size)
    except ValueError:
        return 416, 0, 0, [*headers, (b"content-range", f"bytes */{size}".encode())]
    if part is None:
        return answer.status, 0, size, headers
    start, end = part
    return 206, start, end, [*headers, (b"content-range", f"bytes {start}-{end - 1}/{size}".encode())]


async def _send(answer: ServedAnswer, file: IO[bytes] | None, request: Request, send: Send) -> None:
    """Send an answer; `file` is its body where that is a file."""
    raw = answer.raw if isinstance(answer.raw, bytes) else orjson.dumps(answer.payload)
    size = len(raw) if file is None else os.fstat(file.fileno()).st_size
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    status, start, end, more = _span(answer, size, request)
    headers += more
    if answer.media_type:
        headers.append((b"content-type", answer.media_type.encode()))
    if answer.status != 204:
        headers.append((b"content-length", str(end - start).encode()))
    if answer.cut == "before":
        await _hang_up(request, at_once=True)
        return
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if file is None and not answer.cut:
        await send({"type": "http.response.body", "body": raw, "more_body": False})
        return
    for piece in [raw] if file is None else _pieces(file, start, end):
        if answer.cut == "midway":
            await send({"type": "http.response.body", "body": piece[: len(piece) // 2], "more_body": True})
            await _hang_up(request, at_once=False)
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _hang_up(request: Request, *, at_once: bool) -> None:
    """Close the connection under the server's feet, with or without what is still to be written."""
    transport: Any = request.scope["state"]["transport"]
    (transport.abort if at_once else transport.close)()
    while (await request.receive())["type"] != "http.disconnect":
        pass
