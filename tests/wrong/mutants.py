"""Right answers of both providers, spoilt: as raw HTTP, each by a seed, the same in every run."""

import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import orjson

from tests.wrong.lists import kimi_batch, siliconflow_batch

FILE = {
    "id": "file_1",
    "object": "file",
    "bytes": 8509,
    "created_at": 1_750_000_000,
    "filename": "requests.jsonl",
    "purpose": "batch",
    "status": "ready",
}
RIGHT: dict[str, Sequence[tuple[int, Any]]] = {
    "list_batches": (
        (200, {"object": "list", "data": [kimi_batch(2), kimi_batch(1)], "has_more": False}),
        (200, {"object": "list", "data": [siliconflow_batch(1)], "first_id": "b", "last_id": "b", "has_more": True}),
        (401, "Invalid token"),
    ),
    "retrieve_batch": (
        (200, kimi_batch(1)),
        (200, siliconflow_batch(1)),
        (404, {"error": {"message": "no", "type": "t"}}),
    ),
    "list_files": (
        (200, {"object": "list", "data": [FILE]}),
        (200, {"code": 20000, "message": "Ok", "status": True, "data": {"data": [FILE], "object": "list"}}),
    ),
    "retrieve_file": ((200, FILE), (500, {"error": {"message": "later", "type": "server_error"}})),
    "file_content": (
        (200, {"id": "r", "custom_id": "1", "response": {"status_code": 200, "body": {}}, "error": None}),
    ),
}

_RAW = (
    *(b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e-400", b"9" * 30, b"-" + b"9" * 400, b"1.5", b"-0", b"00"),
    *(
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\\u0000"',
        b'"\x00"',
        b'"\xff\xfe"',
        b"'single'",
        b"tru",
        b"",
        b"\xef\xbb\xbf{}",
    ),
    *(b"[" * depth + b"]" * depth for depth in (150, 250, 300, 700, 1_000, 1_023, 1_024, 1_025, 1_100, 30_000)),
    *(b'{"a":' * depth + b"1" + b"}" * depth for depth in (250, 300, 1_000, 1_100)),
)
"""What no library writes, in the place of a value."""

_VALUES: Sequence[Any] = (
    *(None, True, False, 0, -1, 1, 0.5, 1e308, 2**53, 2**63, 2**64 - 1, -(2**63), "", " ", "a\nb", "x" * 5_000),
    *("\u202e", "é", "汉字", "\U0001f600", "in_queue", "COMPLETED", "sk-abcdefghijklmnop", "/", "..", "~1~0", "*"),
    *(
        [],
        {},
        [[]],
        [None],
        {"": 0},
        {"*": 1},
        {"a/b~c": [1]},
        {"data": {}},
        list(range(300)),
        {str(n): n for n in range(300)},
    ),
)
_STATUSES = "0 1 99 100 101 102 199 204 205 206 299 301 302 304 307 400 403 418 422 429 500 503 599 600 999 1000 -1 abc"
_HEADERS = (
    *(
        b"Content-Type: \xff\xfe",
        b"Content-Type: application/json; charset=\xc3\xa9",
        b"Content-Type: ;;;",
        b"Content-Type:",
    ),
    *(b"Content-Type: text/html", b"Content-Type: application/json, text/plain", b"Content-Type: a" + b"b" * 5_000),
    *(
        b"X-\xe4: 1",
        b"X-Bytes: \x80\x81\xff",
        b"X: \x01\x02",
        b": empty",
        b"no colon",
        b" folded",
        b"X:" + b" " * 9_000,
    ),
    *(
        b"Content-Encoding: gzip",
        b"Content-Encoding: zstd",
        b"Content-Encoding: br",
        b"Content-Encoding: " + b"gzip," * 99,
    ),
    *(b"Content-Encoding: \xff", b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Content-Length: 7"),
    *(b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Content-Length: x", b"Location: http://["),
    *(b"Location: //\xff", b"Location: /v1/batches", b"Set-Cookie: a=b; expires=Fri, 31 Dec 99999 23:59:59 GMT"),
    *(b"Retry-After: Fri, 31 Dec 99999 23:59:59 GMT", b"Retry-After: 99999999999999999999", b"Retry-After: -1"),
    *(
        b"Retry-After: \xd9\xa3",
        b"Retry-After: Mon, 01 Jan 0001 00:00:00 +2359",
        b"Retry-After: 1e9",
        b"Connection: \xff",
    ),
    *(b"WWW-Authenticate: \xff", b"Date: x", b"Upgrade: websocket", b"Trailer: X"),
)


def mutant(operation: str, seed: int) -> bytes:
    """A whole answer, as it goes over the wire."""
    dice = random.Random(f"{operation} {seed}")  # noqa: S311 - the same in every run is what is wanted
    status, payload = dice.choice(RIGHT[operation])
    body = _body(payload, dice)
    for _ in range(dice.choice((0, 0, 0, 1, 3))):
        body = _bytes(body, dice)
    return _head(str(status), len(body), dice) + body


def _body(payload: Any, dice: random.Random) -> bytes:
    payload = deepcopy(payload)
    for _ in range(dice.choice((0, 1, 1, 2, 5))):
        payload = _shape(payload, dice)
    body = orjson.dumps(payload, option=orjson.OPT_NON_STR_KEYS)
    if dice.random() < 0.3:
        places = [at for at in range(len(body)) if body[at : at + 1] == b":"]
        if places:
            at = dice.choice(places) + 1
            end = min((found for mark in b",}" if (found := body.find(bytes([mark]), at)) > 0), default=len(body))
            body = body[:at] + dice.choice(_RAW) + body[end:]
    if dice.random() < 0.1:
        body = dice.choice(
            (body.decode(errors="replace").encode("utf-16"), b"\xef\xbb\xbf" + body, body + b"garbage", body * 2, b"")
        )
    return body


def _shape(payload: Any, dice: random.Random) -> Any:
    """One change to one value somewhere in a payload."""
    holders = list(_holders(payload))
    if not holders:
        return dice.choice(_VALUES)
    holder = dice.choice(holders)
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    if not keys:
        return dice.choice(_VALUES)
    key = dice.choice(keys)
    change: Callable[[], object] = dice.choice(
        (
            lambda: holder.__setitem__(key, deepcopy(dice.choice(_VALUES))),
            lambda: holder.__setitem__(key, [deepcopy(holder[key])] * dice.choice((1, 2, 50))),
            lambda: holder.__setitem__(key, {"data": deepcopy(holder[key])}),
            lambda: holder.pop(key),
            lambda: holder.__setitem__(dice.choice(keys), deepcopy(dice.choice(holders))),
            lambda: isinstance(holder, dict) and holder.__setitem__(str(dice.choice(_VALUES))[:99], 1),
        )
    )
    change()
    return payload


def _holders(payload: Any) -> list[Any]:
    found, todo = [], [payload]
    while todo:
        one = todo.pop()
        if isinstance(one, dict | list):
            found.append(one)
            todo += one.values() if isinstance(one, dict) else one
    return found


def _bytes(body: bytes, dice: random.Random) -> bytes:
    """One change that knows nothing of JSON."""
    at = dice.randrange(len(body) + 1)
    end = min(len(body), at + dice.randrange(1, 40))
    return dice.choice(
        (
            body[:at] + bytes([dice.randrange(256)]) + body[at + 1 :],
            body[:at] + dice.randbytes(3) + body[at:],
            body[:at] + body[end:],
            body[:end] + body[at:],
            body[:at],
        )
    )


def _head(status: str, length: int, dice: random.Random) -> bytes:
    version, reason = b"HTTP/1.1", b"OK"
    headers = [b"Content-Type: application/json", f"Content-Length: {length}".encode()]
    if dice.random() < 0.4:
        odd = dice.choice(_HEADERS)
        name = odd.split(b":")[0].lower()
        headers = [one for one in headers if one.split(b":")[0].lower() != name or dice.random() < 0.1] + [odd]
    if dice.random() < 0.15:
        status = dice.choice(_STATUSES.split())
    if dice.random() < 0.1:
        reason = dice.choice((b"", b"\x00\x01", b"\xff\xfe", b"<script>", b"x" * 9_000, b"a\tb"))
    if dice.random() < 0.05:
        version = dice.choice((b"HTTP/1.0", b"HTTP/2", b"http/1.1", b"ICY", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1"))
    return b"\r\n".join([b" ".join((version, status.encode(), reason)), *headers, b"Connection: close", b"", b""])
