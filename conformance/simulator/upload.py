"""A multipart upload, written to disk as it arrives: never more than a piece of it in memory."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from attrs import define, field
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from conformance.simulator.troubles import Refusal

_FIELDS = 100
_FIELD_LIMIT = 65_536

# What a client sends wrongly is answered; the parser's account of it is not for the terminal.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


@define
class Upload:
    """What came: the form's text fields and its file. `size` in bytes; `filename` None if there was no file."""

    path: Path
    fields: dict[str, str] = field(factory=dict)
    filename: str | None = None
    size: int = 0
    lines: int = 0


async def receive(request: Request, path: Path, limit: int) -> Upload:
    """Read a form with one file in the part named `file`.

    Raises:
        Refusal: it is not such a form, or the file has more than `limit` bytes; what comes after those is not read.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Refusal("invalid", "the body must be multipart/form-data with a boundary")
    upload = Upload(path)
    with _parts(upload, limit) as parts:
        try:
            parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": parts.begin,
                    "on_header_field": parts.header_field,
                    "on_header_value": parts.header_value,
                    "on_header_end": parts.header_end,
                    "on_headers_finished": parts.headers_finished,
                    "on_part_data": parts.data,
                    "on_part_end": parts.end,
                },
            )
            async for chunk in request.stream():
                parser.write(chunk)
            parser.finalize()
        except FormParserError as error:
            raise Refusal("invalid", f"the form cannot be read: {error}") from None
    if not parts.ended:
        raise Refusal("invalid", "the form ends too early")
    return upload


@contextmanager
def _parts(upload: Upload, limit: int) -> Iterator["_Parts"]:
    with upload.path.open("wb") as stream:
        yield _Parts(upload, stream, limit)


@define
class _Parts:
    """The parser's callbacks."""

    upload: Upload
    stream: IO[bytes]
    limit: int
    ended: bool = False
    name: str = ""
    is_file: bool = False
    headers: dict[bytes, bytes] = field(factory=dict)
    text: bytearray = field(factory=bytearray)
    header: list[bytes] = field(factory=lambda: [b"", b""])

    def begin(self) -> None:
        self.headers, self.text, self.header, self.ended = {}, bytearray(), [b"", b""], False

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self.header[0] += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.header[1] += data[start:end]

    def header_end(self) -> None:
        self.headers[self.header[0].lower()] = self.header[1]
        self.header = [b"", b""]

    def headers_finished(self) -> None:
        _, options = parse_options_header(self.headers.get(b"content-disposition"))
        self.name = options.get(b"name", b"").decode(errors="replace")
        self.is_file = self.name == "file" and b"filename" in options
        if self.is_file:
            if self.upload.filename is not None:
                raise Refusal("invalid", "there is more than one file")
            self.upload.filename = options[b"filename"].decode(errors="replace")

    def data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self.is_file:
            self.upload.size += len(piece)
            if self.upload.size > self.limit:
                raise Refusal("invalid", f"the file has more than {self.limit} bytes")
            self.stream.write(piece)
            self.upload.lines += piece.count(b"\n")
        elif len(self.text) + len(piece) <= _FIELD_LIMIT:
            self.text += piece

    def end(self) -> None:
        self.ended = True
        if not self.is_file:
            if len(self.upload.fields) >= _FIELDS:
                raise Refusal("invalid", f"the form has more than {_FIELDS} fields")
            self.upload.fields[self.name] = self.text.decode(errors="replace")
