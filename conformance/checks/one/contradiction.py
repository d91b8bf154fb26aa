"""What create and upload answer, against what was asked of them.

OpenAI's reference for both: a new batch repeats what it was made of, a new file what it was sent.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from conformance.checks.case import Case
from conformance.checks.finder import judges
from conformance.checks.one.forms import said
from conformance.drift import Breach
from conformance.exchange import header
from conformance.masking import shown_word
from conformance.multipart import parts
from conformance.schema import json_type

_WINDOW = re.compile(r"([0-9]{1,9})\s*(s|m|h|d|w)[a-z]*", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@judges("top", operations={"create_batch", "upload_file"})
def contradictions(case: Case) -> Iterator[Breach]:
    """One breach for each field of the answer that says something else than the request did.

    It reads only what the shortcut gives too: a field that is not there is one that is null.
    """
    if not case.is_settled or case.schema is None:
        return
    asked = _ASKED.get(case.operation.name)
    for name, wanted in (asked(case) if asked else {}).items():
        for path in ((name,), ("data", name)):
            place = case.schema.place(path)
            value = _at(case.payload, path)
            if not place.documented or path in case.broken or path[:1] in case.broken:
                continue
            if _SAME.get(name, _same)(wanted, value):
                continue
            yield Breach(
                rule="response-contradicts-request",
                pointer=place.pointer,
                expected="what the request says",
                observed=_told(name, value),
                location=place.location,
                path=path if value is not None else None,
            )


def _batch(case: Case) -> Mapping[str, Any]:
    """What a request for a batch says of it."""
    asked = said(case.exchange.request, case.operation)
    if not isinstance(asked, dict):
        return {}
    kinds = {"endpoint": str, "input_file_id": str, "completion_window": str, "metadata": dict}
    return {name: asked[name] for name, kind in kinds.items() if isinstance(asked.get(name), kind)}


def _file(case: Case) -> Mapping[str, Any]:
    """What an upload says of its file. How long that is is not known where the form was kept otherwise than sent."""
    request = case.exchange.request
    form = parts(request.body or b"", header(request.headers, "content-type") or "") or []
    fields = {part.name: part.content.decode("utf-8", "replace") for part in form if part.filename is None}
    sent: dict[str, Any] = {"purpose": fields["purpose"]} if "purpose" in fields else {}
    files = [part for part in form if part.filename is not None]
    if len(files) == 1:
        sent["filename"] = files[0].filename
        length = header(request.headers, "content-length")
        if length is None or length == str(len(request.body or b"")):
            sent["bytes"] = len(files[0].content)
    return sent


_ASKED = {"create_batch": _batch, "upload_file": _file}


def _at(payload: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        payload = payload.get(step) if isinstance(payload, dict) else None
    return payload


def _same(wanted: Any, value: Any) -> bool:
    """A field that is not there, or null, says nothing: whether it may be is for the schema to tell."""
    return value is None or value == wanted


def _same_window(wanted: str, value: Any) -> bool:
    seconds, told = _seconds(wanted), _seconds(value)
    return _same(wanted, value) or (seconds is not None and seconds == told)


def _seconds(window: Any) -> int | None:
    found = _WINDOW.fullmatch(window.strip()) if isinstance(window, str) else None
    return int(found[1]) * _SECONDS[found[2].lower()] if found else None


def _same_file(wanted: str, value: Any) -> bool:
    return _same(wanted, value) or (isinstance(value, str) and _last(wanted) == _last(value))


def _last(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _same_pairs(wanted: Mapping[str, Any], value: Any) -> bool:
    """Every pair that was asked for is there; `{}`, null and nothing are one."""
    told = value if isinstance(value, dict) else {}
    return all(name in told and _text(told[name]) == _text(pair) for name, pair in wanted.items())


def _text(value: Any) -> Any:
    """Values are texts by contract: some servers answer a number that was sent as its text."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


_SAME: Mapping[str, Callable[[Any, Any], bool]] = {
    "completion_window": _same_window,
    "filename": _same_file,
    "metadata": _same_pairs,
}


def _told(name: str, value: Any) -> str:
    """What may be shown of the answer: which value only of the fields whose values contracts list."""
    if name == "metadata":
        return "other pairs" if value else "nothing"
    if name == "bytes":
        return "another number"
    return shown_word(value) if name in {"completion_window", "purpose"} else f"another {json_type(value)}"
