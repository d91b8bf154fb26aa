"""Raw HTTP as text: a request, then its answer, and so on; what `curl -v` prints, with its marks, likewise.

A request line begins an exchange, a status line its answer; what else stands around them, such as a prompt or what curl
says of the connection, is passed over.
"""

import re
from collections.abc import Iterable, Iterator

from attrs import define, field

from conformance.exchange import header
from conformance.recording.formats.interaction import Interaction
from conformance.recording.formats.message import REQUEST_LINE, STATUS_LINE, Message, joined, read
from conformance.recording.lines import raw_lines
from conformance.recording.scan import Raw

_SENT, _RECEIVED = b"> ", b"< "
_SAID = re.compile(rb"\* .*|[{}] \[[0-9]+ bytes data\]|\s*% Total .*|\s*Dload .*|(?:\s*[0-9.]+[kMG]? ){3}.*[-0-9]+:.*")
"""Lines that curl prints of itself."""
_APPENDED = re.compile(
    rb"\* +(?:Trying|Connection|Connected|Closing|Found|Re-using|Host|Hostname|Uses|processing|Mark|Could not)"
    rb"\b[^\n\"]*\n?\Z"
)
"""What curl says of itself behind a body that does not end its line."""
_BETWEEN = re.compile(rb"(?:#{3,}|-{3,}|={3,}|\*{3,}|~{3,}|`{3,}).*|(?:\$ )?curl .*")
"""Lines that stand between an answer and the next request."""
_MANY = 100


def interactions(pieces: Iterable[bytes], longest: int) -> Iterator[tuple[Raw, Interaction | None]]:
    """Each exchange with its place; None where it is too long or has no answer."""
    whole: _Exchange | None = None
    for line in raw_lines(pieces, longest):
        data = line.data.rstrip(b"\r\n")
        sent = data.removeprefix(_SENT)
        if REQUEST_LINE.fullmatch(sent):
            if whole is not None:
                yield whole.ended()
            whole = _Exchange(line.offset, marked=sent != data, longest=longest)
        if whole is not None:
            whole.take(line)
    if whole is not None:
        yield whole.ended()


@define(eq=False)
class _Exchange:
    """An exchange that is being read."""

    offset: int
    marked: bool
    longest: int
    _request: list[bytes] = field(factory=list)
    _answer: list[bytes] | None = None
    _in_head: bool = False
    """Whether this is in the head of a marked answer."""
    _size: int = 0

    def take(self, line: Raw) -> None:
        """The next line with what ends it."""
        self._size += len(line.data) if line.loss is None else self.longest + 1
        if self._size > self.longest:
            self._request, self._answer = [], None if self._answer is None else []
            return
        data = line.data
        if not self.marked:
            self._unmarked(data)
        elif data.startswith(b"<") and self._is_head(data):
            self._received(data[1:].removeprefix(b" "))
        elif self._answer is None:
            if data.startswith(b">"):
                self._request.append(data[1:].removeprefix(b" "))
        elif not data.startswith(b">") and not _SAID.fullmatch(data.strip()):
            self._answer.append(_APPENDED.sub(b"\n", data))

    def _is_head(self, data: bytes) -> bool:
        """A line of a marked answer's head, told from a body that begins with the same sign."""
        return self._in_head or STATUS_LINE.fullmatch(data[1:].strip()) is not None

    def _received(self, data: bytes) -> None:
        if STATUS_LINE.fullmatch(data.strip()):
            self._answer, self._in_head = [], True
        if self._answer is not None:
            self._answer.append(data)
            self._in_head = self._in_head and bool(data.strip())

    def _unmarked(self, data: bytes) -> None:
        interim = self._answer is not None and self._answer[0].split()[1:2] in ([b"100"], [b"103"])
        if STATUS_LINE.fullmatch(data.strip()) and (self._answer is None or interim):
            self._answer = []
        (self._request if self._answer is None else self._answer).append(data)

    def ended(self) -> tuple[Raw, Interaction | None]:
        """The whole."""
        if self._size > self.longest:
            return Raw(self.offset, b"", "too-long"), None
        request = _trimmed(read(b"".join(self._request)))
        answer = None if self._answer is None else _trimmed(read(b"".join(self._answer)))
        return Raw(self.offset, b""), joined(request, answer) if answer is not None else None


def _trimmed(message: Message) -> Message:
    """A message without what stands after its body."""
    body = message.body
    length = (header(message.headers, "content-length") or "").strip()
    end = _end(body)
    if length.isdecimal() and end <= int(length) <= len(body):
        end = int(length)
    if not _ends_chunks(message, body[:end]):
        body = body[:end]
    if b"\r\n" not in body and (header(message.headers, "content-type") or "").lower().startswith("multipart/"):
        body = body.replace(b"\n", b"\r\n") + b"\r\n"
    return Message(message.start, message.headers, body)


def _end(body: bytes) -> int:
    """Where what belongs to a body ends, blank lines and separators behind it left out."""
    end = len(body)
    for _ in range(_MANY):
        end = len(body[:end].rstrip())
        line = body.rfind(b"\n", 0, end) + 1
        if not _BETWEEN.fullmatch(body[line:end].strip()):
            break
        end = line
    return end


def _ends_chunks(message: Message, body: bytes) -> bool:
    """Whether the blank line at the end is that of the last chunk."""
    chunked = "chunked" in (header(message.headers, "transfer-encoding") or "").lower()
    return chunked and body.rstrip().endswith(b"\r\n0")
