"""A form as its parts, and parts as a form again."""

import logging
import re
from collections.abc import Iterable

from attrs import define, field, frozen
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

BOUNDARY = "batch-conformance-masked"
"""That of every form that is written down: a boundary can be anybody's word."""

logging.getLogger("python_multipart").addHandler(logging.NullHandler())


@frozen
class FormPart:
    """One part of a form; `filename` is None where it is a plain field."""

    name: str
    filename: str | None
    media_type: str | None
    content: bytes


@define
class _Reader:
    found: list[FormPart] = field(factory=list)
    _headers: dict[bytes, bytes] = field(factory=dict)
    _name: bytearray = field(factory=bytearray)
    _value: bytearray = field(factory=bytearray)
    _content: bytearray = field(factory=bytearray)

    def begin(self) -> None:
        self._headers, self._content = {}, bytearray()

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name, self._value = bytearray(), bytearray()

    def data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        filename = options.get(b"filename", options.get(b"filename*"))
        media_type = self._headers.get(b"content-type")
        self.found.append(
            FormPart(
                options.get(b"name", b"").decode("utf-8", "replace"),
                None if filename is None else filename.decode("utf-8", "replace"),
                None if media_type is None else media_type.decode("latin-1"),
                bytes(self._content),
            )
        )


def parts(body: bytes, content_type: str) -> list[FormPart] | None:
    """The parts of a body that its content type declares to be a form; None where it is none, or broken."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        return None
    reader = _Reader()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": reader.begin,
                "on_header_field": reader.header_field,
                "on_header_value": reader.header_value,
                "on_header_end": reader.header_end,
                "on_part_data": reader.data,
                "on_part_end": reader.end,
            },
        )
        parser.write(body)
        parser.finalize()
    except (MultipartParseError, ValueError):
        return None
    return reader.found or None


def join(form: Iterable[FormPart]) -> bytes:
    """A form with BOUNDARY, which no masked content holds."""
    pieces = []
    for part in form:
        file = "" if part.filename is None else f'; filename="{_quoted(part.filename)}"'
        kind = "" if part.media_type is None else f"\r\nContent-Type: {part.media_type}"
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"{file}{kind}\r\n\r\n'
        pieces.append(head.encode("utf-8", "replace") + part.content + b"\r\n")
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


def boundary_of(content_type: str) -> str:
    """The parameter that goes with it; nothing where no boundary is declared."""
    declared = re.search(r";\s*boundary\s*=", content_type, re.IGNORECASE)
    return f"; boundary={BOUNDARY}" if declared and content_type.lstrip().lower().startswith("multipart/") else ""


def _quoted(text: str) -> str:
    return re.sub(r'["\r\n\\]', lambda one: f"%{ord(one[0]):02X}", text)
