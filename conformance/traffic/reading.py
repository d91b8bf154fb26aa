"""Files as one row of blocks: how far it is, and how Ctrl-C ends it."""

import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Self

from attrs import define, frozen

from conformance.recording import source
from conformance.recording.source import Block, Broken


@frozen
class Progress:
    """How far a check is: bytes as they lie on the disk; `total` is None where nobody can know."""

    done: int
    total: int | None
    entries: int


@define(eq=False)
class Reading:
    """The blocks of files. As a context it takes Ctrl-C: the row then ends, and what is in hand is finished."""

    files: tuple[str, ...]
    progress: Callable[[Progress], None]
    interrupted: bool = False
    entries: int = 0
    _waiting: bool = False
    _handler: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._handler = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)

    def _interrupt(self, _: int, __: FrameType | None) -> None:
        """A second time, or while nothing comes from a pipe, there is nothing to finish."""
        again, self.interrupted = self.interrupted, True
        if again or self._waiting:
            raise KeyboardInterrupt

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
                    self.progress(Progress(before + block.done, total, self.entries))
            before += size or 0

    def _of(self, file: str) -> Iterator[Block | Broken]:
        blocks = source.blocks(file)
        while not self.interrupted:
            self._waiting = True
            try:
                block = next(blocks, None)
            except KeyboardInterrupt:
                return
            finally:
                self._waiting = False
            if block is None:
                return
            yield block
