"""An HTTP/1 message as it goes over the wire, or as people paste it: start line, headers, body."""

import re

from attrs import frozen

from conformance.exchange import Headers, header
from conformance.recording.formats.interaction import Interaction

REQUEST_LINE = re.compile(rb"([A-Za-z]{3,10}) (\S+) HTTP/[0-9](?:\.[0-9])?")
STATUS_LINE = re.compile(rb"HTTP/[0-9](?:\.[0-9])? ([0-9]{3})(?: [^\r\n]*)?")

_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_PLAIN_HOSTS = ("localhost", "127.", "[::1]")


@frozen
class Message:
    """`start` is the first line; lines of the head that are no headers are passed over."""

    start: bytes
    headers: Headers
    body: bytes


def read(data: bytes) -> Message:
    """Take a message apart; without a blank line it has no body."""
    data = data.lstrip(b"\r\n")
    blank = _BLANK.search(data)
    head = data[: blank.start()] if blank else data
    lines = [line.decode("latin-1").strip() for line in head.splitlines()]
    headers = tuple(
        (name.strip(), value.strip())
        for name, colon, value in (line.partition(":") for line in lines[1:])
        if colon and name.strip() and " " not in name.strip()
    )
    return Message(head.splitlines()[0] if head else b"", headers, data[blank.end() :] if blank else b"")


def joined(request: Message, answer: Message | None) -> Interaction | None:
    """Both as one exchange; None where the first is no request, or the second no answer."""
    line = REQUEST_LINE.match(request.start)
    status = STATUS_LINE.match(answer.start) if answer else None
    if line is None or (answer is not None and status is None):
        return None
    return Interaction(
        line[1].decode(),
        url(line[2].decode("latin-1"), request.headers),
        request.headers,
        request.body,
        int(status[1]) if status else None,
        answer.headers if answer else (),
        answer.body if answer else None,
    )


def url(target: str, headers: Headers) -> str:
    """The address that a request's target and its Host make."""
    if "://" in target:
        return target
    host = (header(headers, "host") or header(headers, ":authority") or "").strip()
    if not host:
        return target
    scheme = "http" if host.startswith(_PLAIN_HOSTS) else "https"
    return f"{scheme}://{host}{target if target.startswith('/') else '/' + target}"
