"""A body that passes by, kept as far as it can be judged: a small one in memory, a larger one in a nameless file."""

from contextlib import suppress
from tempfile import SpooledTemporaryFile

from attrs import define, field

MAX_KEPT = 16 << 20
"""Bytes of a body that is kept; of a longer one nothing is."""

_IN_MEMORY = 1 << 18


@define(eq=False)
class Kept:
    """What of a body came so far."""

    size: int = 0
    """Bytes that came, kept or not."""
    _file: SpooledTemporaryFile[bytes] = field(factory=lambda: SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - closed by `drop`
    _lost: bool = False

    def add(self, data: bytes | bytearray) -> None:
        """Take the next bytes; where the disk is full, the body is lost, and no one is disturbed."""
        self.size += len(data)
        if self._lost:
            return
        if self.size > MAX_KEPT:
            self.drop()
            return
        try:
            self._file.write(data)
        except OSError:
            self.drop()

    @property
    def kept(self) -> int:
        """Bytes that are kept."""
        return 0 if self._lost else self.size

    def whole(self) -> bytes | None:
        """The body; None where it is not at hand."""
        if self._lost:
            return None
        try:
            self._file.seek(0)
            return self._file.read()
        except OSError:
            return None

    def drop(self) -> None:
        """Let go of it."""
        self._lost = True
        with suppress(OSError):  # what is left of it may not fit the disk either
            self._file.close()
