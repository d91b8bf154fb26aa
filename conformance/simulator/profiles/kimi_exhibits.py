"""What a fresh Kimi server shows: one batch in each documented status, with the files that they name."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from conformance.simulator.clock import FIXED_START
from conformance.simulator.lifecycle import Batch
from conformance.simulator.profile import Exhibits, File
from conformance.simulator.rows import EXPIRED, FAILED, error_row, input_row, output_row

REQUESTS = 3
_INPUT = "file-exhibit-input"
_MODEL = "kimi-k2.6"
_WEEK = 7 * 86_400


@frozen
class _Exhibit:
    """A batch as it stands. `stamps`: seconds from its creation; `age`: seconds since then, beyond its place."""

    phase: str
    stamps: Mapping[str, int]
    completed: int
    failed: int = 0
    hours: int = 24
    age: int = 0
    published: bool = False

    @property
    def processed(self) -> int:
        return self.completed + self.failed


_OLDEST_FIRST: Sequence[_Exhibit] = (
    _Exhibit(
        "cancelled",
        {"in_progress_at": 30, "cancelling_at": 1230, "cancelled_at": 1260},
        completed=1,
        age=_WEEK,
        published=True,
    ),
    _Exhibit("expired", {"in_progress_at": 30}, completed=2, hours=12, age=_WEEK, published=True),
    _Exhibit("failed", {"failed_at": 30}, completed=0, age=_WEEK),
    _Exhibit(
        "completed",
        {"in_progress_at": 30, "finalizing_at": 3630, "completed_at": 3690},
        completed=2,
        failed=1,
        age=_WEEK,
        published=True,
    ),
    _Exhibit("cancelling", {"in_progress_at": 30, "cancelling_at": 2430}, completed=2),
    _Exhibit("finalizing", {"in_progress_at": 30, "finalizing_at": 3630}, completed=3),
    _Exhibit("in_progress", {"in_progress_at": 30}, completed=1),
    _Exhibit("validating", {}, completed=0),
)


def exhibits() -> Exhibits:
    """The batches, a quarter of an hour apart; they share their input."""
    contents = {_INPUT: b"".join(input_row(number, _MODEL) for number in range(1, REQUESTS + 1))}
    batches = []
    for number, exhibit in enumerate(_OLDEST_FIRST):
        results = _results(exhibit)
        contents |= results
        created_at = FIXED_START - (len(_OLDEST_FIRST) - number) * 900 - exhibit.age - 3600
        output, errors = (_file_id(exhibit, kind) for kind in ("output", "errors"))
        batches.append(
            Batch(
                id=f"batch-exhibit-{exhibit.phase}",
                number=number,
                endpoint="/v1/chat/completions",
                input_file_id=_INPUT,
                completion_window=f"{exhibit.hours}h",
                created_at=created_at,
                expires_at=created_at + exhibit.hours * 3600,
                phase=exhibit.phase,
                entered_at=created_at + max(exhibit.stamps.values(), default=0),
                stamps={name: created_at + seconds for name, seconds in exhibit.stamps.items()},
                metadata={"exhibit": exhibit.phase},
                file_name="exhibit-input.jsonl",
                total=REQUESTS if exhibit.processed else 0,
                completed=exhibit.completed,
                failed=exhibit.failed,
                output_file_id=output if output in results else None,
                error_file_id=errors if errors in results else None,
                exhibit=True,
            )
        )
    return Exhibits(batches, [_file(number, *item) for number, item in enumerate(contents.items())], contents)


def _file_id(exhibit: _Exhibit, kind: str) -> str:
    return f"file-exhibit-{exhibit.phase}-{kind}"


def _results(exhibit: _Exhibit) -> dict[str, bytes]:
    """The bytes of the files that an exhibit has by now: rows in order, the failed after the completed."""
    if not exhibit.published:
        return {}
    good = [output_row(row, _MODEL, FIXED_START - _WEEK) for row in range(1, exhibit.completed + 1)]
    bad = [error_row(row, FAILED) for row in range(exhibit.completed + 1, exhibit.processed + 1)]
    if exhibit.phase == "expired":
        bad += [error_row(row, EXPIRED) for row in range(exhibit.processed + 1, REQUESTS + 1)]
    files = {_file_id(exhibit, "output"): b"".join(good), _file_id(exhibit, "errors"): b"".join(bad)}
    return {file_id: content for file_id, content in files.items() if content}


def _file(number: int, file_id: str, content: bytes) -> File:
    return File(
        id=file_id,
        number=number,
        bytes=len(content),
        created_at=FIXED_START - _WEEK - 86_400 + number,
        filename=f"{file_id.removeprefix('file-')}.jsonl",
        purpose="batch",
        lines=content.count(b"\n"),
        result=file_id != _INPUT,
    )
