"""Names with a number each, in buckets by their hash, on disk when there are many: what is in one fits in memory.

The hash is one of this process, so that nobody can choose names that all go to one bucket.
"""

import tempfile
import weakref
from collections.abc import Iterator
from hashlib import blake2b
from typing import IO

import msgspec
from attrs import define, field

BUCKETS = 256
IN_MEMORY = 250_000
"""Names that are kept before they go to the disk."""
LONG = 200
"""Characters of a name that is kept as it is."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[str | int]).decode


def short(name: str) -> str:
    """A name, or what stands for one that is long or cannot be written: equal where it was."""
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which is in JSON and not in UTF-8
        name = name.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")
    if len(name) <= LONG:
        return name
    return f"{name[:LONG]}…{blake2b(name.encode(), digest_size=16).hexdigest()}"


@define(eq=False)
class Buckets:
    """Appends `(name, number)`, and gives those of a bucket back in the order in which they came.

    `loose` are those in memory: a name, then its number, and so on. Whoever adds many does so there, and calls
    `settle` after some thousands.
    """

    loose: list[list[str | int]] = field(factory=lambda: [[] for _ in range(BUCKETS)])
    _pieces: list[list[tuple[int, int]]] = field(factory=lambda: [[] for _ in range(BUCKETS)])
    _end: int = 0
    _since: int = 0
    _file: IO[bytes] | None = None

    def settle(self, added: int) -> None:
        """Say that so many were added; too many go to the disk."""
        self._since += added
        if self._since >= IN_MEMORY:
            self._put_away()

    def _put_away(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="batch-conformance-")  # noqa: SIM115 - lives as long as this
            weakref.finalize(self, self._file.close)
        self._since = 0
        for loose, pieces in zip(self.loose, self._pieces, strict=True):
            if loose:
                data = _encode(loose)
                self._file.write(data)
                pieces.append((self._end, len(data)))
                self._end += len(data)
                loose.clear()

    def bucket(self, index: int) -> Iterator[tuple[str, int]]:
        """What is in one."""
        for start, length in self._pieces[index]:
            assert self._file is not None
            self._file.seek(start)
            yield from _pairs(_decode(self._file.read(length)))
        yield from _pairs(self.loose[index])


def _pairs(loose: list[str | int]) -> Iterator[tuple[str, int]]:
    each = iter(loose)
    return zip(each, each, strict=True)  # type: ignore[arg-type]  # names and numbers take turns
