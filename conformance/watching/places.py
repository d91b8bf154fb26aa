"""Where an exchange that was kept stands in the recording of it: there a reader can look it up."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from attrs import frozen

_ENTRY = b'{"startedDateTime"'
"""How every entry of ours begins."""


@frozen
class GrowingRecording:
    """A recording that grows while exchanges are kept: the file, and how long it was before, in bytes."""

    file: Path
    before: int

    @classmethod
    def now(cls, file: Path) -> "GrowingRecording":
        """The recording as it is before anything is added; a document begins anew."""
        size = 0
        if file.suffix != ".har":
            with suppress(OSError):
                size = file.stat().st_size
        return cls(file, size)

    def places(self, spool: str, wanted: Collection[int]) -> Mapping[int, int]:
        """By offset in the spool, the offset in the recording; nothing where one of them does not hold all."""
        try:
            both = zip(_starts(Path(spool), 0), _starts(self.file, self.before), strict=True)
            return {here: there for here, there in both if here in wanted}
        except (OSError, ValueError):
            return {}


def _starts(file: Path, start: int) -> Iterator[int]:
    """Where the entries of a file begin, one a line, from an offset on."""
    with file.open("rb") as stream:
        stream.seek(start)
        for line in stream:
            if line.startswith(_ENTRY):
                yield start
            start += len(line)
