"""How a recording begins: of JSON the names at the top of its first value, of anything else its text."""

import re

from attrs import frozen

from conformance.recording.scan import BOM, STRING, TOKEN, past

_JSON = re.compile(rb"\[|\{\s*(?:[\"}]|\Z)")


@frozen
class Head:
    """The first bytes. `whole`: there are no more."""

    data: bytes
    """Without what stands before the text: a mark of its encoding, blanks."""
    whole: bool
    names: tuple[bytes, ...] = ()
    """The names at the top of the first value, in their order, as far as seen; in a list those of its first."""
    end: int | None = None
    """Where that value ends, if that is seen."""

    @property
    def is_json(self) -> bool:
        """Whether the first value is an object or a list."""
        return _JSON.match(self.data) is not None

    @property
    def alone(self) -> bool:
        """Whether nothing is seen to follow the first value."""
        return self.end is None or not self.data[self.end :].strip()

    def has(self, *names: bytes) -> bool:
        """Whether the first value has all of these."""
        return set(names) <= set(self.names)


def look(begun: bytes, *, whole: bool) -> Head:
    """What the first bytes of a recording show."""
    data = begun.removeprefix(BOM).lstrip()
    if not _JSON.match(data):
        return Head(data, whole)
    floor = 2 if data[:1] == b"[" else 1
    at, depth, names, ended_first = 0, 0, list[bytes](), False
    while found := TOKEN.match(data, at):
        at, token = found.end(), found[1]
        if token == b'"':
            start = at
            at = past(STRING, data, at)
            if at >= len(data):
                break
            at += 1
            if depth == floor and not ended_first and data[at : at + 64].lstrip()[:1] == b":":
                names.append(data[start : at - 1])
        elif token in b"{[":
            depth += 1
        else:
            ended_first = ended_first or depth == floor
            depth -= 1
            if depth <= 0:
                return Head(data, whole, tuple(names), at)
    return Head(data, whole, tuple(names))
