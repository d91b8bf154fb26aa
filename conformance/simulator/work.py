"""The long part of a batch: its input is answered line by line in a thread, its results are written as files."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson
from attrs import define, field

from conformance.simulator.lifecycle import Batch
from conformance.simulator.replies import InputRow, Replies, ReplyError
from conformance.simulator.rows import EXPIRED, answered, refused
from conformance.simulator.store import letters


@define(eq=False)
class Work:
    """The answers to one batch's requests. `run` writes them to `rows`; the rest reads what is there so far.

    `limit` stops it early: no more lines than that are wanted. Written by one thread, read by another: `failed` only
    grows, and before `done` says so.
    """

    input_path: Path
    rows: Path
    replies: Replies
    model: str | None
    moment: int
    limit: int
    done: int = 0
    failed: list[int] = field(factory=list)

    def run(self) -> None:
        """Answer every line, in order, until `limit`."""
        with (
            self.input_path.open("rb") as lines,
            self.rows.open("wb") as out,
            ThreadPoolExecutor(self.replies.workers) as pool,
        ):
            rows = (self._with_model(orjson.loads(line)) for line in lines)
            for good, row in self._answer(rows, pool):
                if self.done >= self.limit:
                    break
                if not good:
                    self.failed.append(self.done)
                out.write(row)
                self.done += 1

    def _with_model(self, row: dict[str, Any]) -> dict[str, Any]:
        return row if self.model is None else {**row, "body": {**row["body"], "model": self.model}}

    def _answer(self, rows: Iterator[InputRow], pool: ThreadPoolExecutor) -> Iterator[tuple[bool, bytes]]:
        if self.replies.workers == 1:
            yield from map(self._answer_one, rows)
        while some := list(islice(rows, self.replies.workers)):
            yield from pool.map(self._answer_one, some)

    def _answer_one(self, row: InputRow) -> tuple[bool, bytes]:
        """Whether a line could be answered, and its line in the results."""
        name = self.row_name(row["custom_id"])
        try:
            return True, answered(name, row["custom_id"], self.replies(row, self.moment))
        except ReplyError as error:
            return False, refused(name, row["custom_id"], {"code": "server_error", "message": str(error)})

    def row_name(self, custom_id: str) -> str:
        """What tells a request's ids from those of every other request of every batch."""
        return letters(f"{self.rows.name} {custom_id}", 16)

    def failed_among(self, first: int) -> int:
        """How many of the first lines failed."""
        return bisect_left(self.failed, first)


def write_results(work: Work, batch: Batch, output: Path, errors: Path, *, expired: bool) -> tuple[int, int]:
    """Write a batch's output and error file; returns how many lines each has (a file without any is not left behind).

    Lines that the batch did not come to are in the error file if it expired [D], and nowhere if it was cancelled.
    """
    failed = set(work.failed)
    counts = {output: 0, errors: 0}
    with output.open("wb") as good, errors.open("wb") as bad, work.rows.open("rb") as rows:
        files: dict[Path, IO[bytes]] = {output: good, errors: bad}
        for number, row in enumerate(islice(rows, batch.processed)):
            path = errors if number in failed else output
            files[path].write(row)
            counts[path] += 1
        if expired:
            for row in _expired(work, batch.processed):
                bad.write(row)
                counts[errors] += 1
    for path, lines in counts.items():
        if not lines:
            path.unlink()
    return counts[output], counts[errors]


def _expired(work: Work, processed: int) -> Iterable[bytes]:
    with work.input_path.open("rb") as lines:
        for line in islice(lines, processed, None):
            custom_id = orjson.loads(line)["custom_id"]
            yield refused(work.row_name(custom_id), custom_id, EXPIRED)
