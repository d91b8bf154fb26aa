"""One answer's body, as people paste it, of an operation that they name; `curl -i` prints its head before it."""

import re
import time
from collections.abc import Iterable, Iterator
from functools import partial

import orjson
from attrs import evolve

from conformance.exchange import Headers
from conformance.operations import FORMS, PARAMETER
from conformance.recording.formats.breaks import BreaksOffError
from conformance.recording.formats.interaction import Interaction
from conformance.recording.formats.message import STATUS_LINE, read
from conformance.recording.formats.table import Form
from conformance.recording.scan import BOM, Raw

HOST = "-"
"""Stands for the host that nobody named."""

_JSON: Headers = (("content-type", "application/json"),)
_LINES: Headers = (("content-type", "application/octet-stream"),)
_NAME = re.compile(r"[\w.-]{1,200}")
_ASKED: Headers = (("authorization", ""), *_JSON)
"""What is taken for granted of the request: it had a key, and the body that it needs."""


def form(operation: str, status: int) -> Form:
    """How a body is read that answers an operation with a status, unless the text has a head that says another."""
    return Form("one body", partial(_entries, operation, status))


def _entries(operation: str, status: int, pieces: Iterable[bytes], longest: int) -> Iterator[Raw]:
    """The only entry.

    Raises:
        BreaksOffError: it is no JSON.
    """
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) > longest:
            yield Raw(0, b"", "too-long")
            return
    text = bytes(gathered).removeprefix(BOM)
    if text.strip():
        yield Raw(0, evolve(_answer(operation, status, text), moment=time.time()).entry())


def _answer(operation: str, status: int, text: bytes) -> Interaction:
    method, forms = FORMS[operation]
    headers, body = _LINES if operation == "file_content" else _JSON, text
    first = STATUS_LINE.match(text)
    if first is not None:
        message = read(text)
        status, headers, body = int(first[1]), message.headers, message.body
    try:
        kept = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if first is None and operation != "file_content":
            raise BreaksOffError(error.pos, f"it is no JSON ({error.msg})") from None
        kept = None
    named = kept.get("id") if isinstance(kept, dict) else None
    name = named if isinstance(named, str) and _NAME.fullmatch(named) else "-"
    path = "/".join(name if step == PARAMETER else step for step in forms[0])
    return Interaction(method, f"https://{HOST}/v1/{path}", _ASKED, None, status, headers, body)
