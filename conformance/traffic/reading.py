"""Files as one row of blocks: how far it is, and how Ctrl-C or SIGTERM ends it."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from attrs import define, field

from conformance.drawing import Progress
from conformance.recording import source
from conformance.recording.formats.table import Form
from conformance.recording.opening import SourceError, shown
from conformance.recording.source import Block, Broken
from conformance.recording.spool import Spool


class _Stopped(BaseException):
    """The wait for the next block is over."""


@define(eq=False)
class Reading:
    """The blocks of files. As a context it takes Ctrl-C and SIGTERM: the row ends, what is in hand is finished."""

    files: tuple[str, ...]
    progress: Callable[[Progress], None]
    form: Form | None = None
    """Of all of them, where that is known."""
    interrupted: bool = False
    _copies: dict[str, Spool] = field(factory=dict)
    """Of what can be read only once."""
    _waiting: bool = False
    _before: dict[int, Any] = field(factory=dict)
    """What signals did before."""

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {one: signal.signal(one, self._interrupt) for one in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one, before in self._before.items():
            signal.signal(one, before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """While nothing comes from a pipe, there is nothing to wait for; a second time, it is as it was before."""
        again, self.interrupted = self.interrupted, True
        if again:
            before = self._before[number]
            if callable(before):
                before(number, frame)
            else:
                signal.signal(number, before)
                signal.raise_signal(number)
        elif self._waiting:
            raise _Stopped

    def blocks(self) -> Iterator[Block | Broken]:
        """One after another, until the last or Ctrl-C."""
        sizes = [source.size(file) for file in self.files]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        before = 0
        for file, size in zip(self.files, sizes, strict=True):
            for block in self._of(file):
                if self.interrupted:
                    return
                yield block
                if isinstance(block, Block):
                    self.progress(Progress(before + block.done, total))
            before += size or 0

    def readable(self) -> Mapping[str, str]:
        """The path under which each file can be read again, by its name as it is shown."""
        return {shown(file): self._copies[file].path if file in self._copies else file for file in self.files}

    def close(self) -> None:
        """Let the copies go."""
        for copy in self._copies.values():
            with suppress(SourceError):  # a copy that is not whole cost some examples, no more
                copy.close()

    def _of(self, file: str) -> Iterator[Block | Broken]:
        if source.size(file) is None:
            self._copies[file] = Spool()
        copy = self._copies[file].append if file in self._copies else lambda _: None
        blocks = source.blocks(file, copy, self.form)
        while not self.interrupted:
            self._waiting = True
            try:
                block = next(blocks, None)
            except _Stopped:
                return
            finally:
                self._waiting = False
            if block is None:
                return
            yield block
