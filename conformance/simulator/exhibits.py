"""What a fresh server shows unless its profile says otherwise: a batch in each phase, and the files that they name."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from conformance.input_rules import InputRules
from conformance.simulator.clock import FIXED_START
from conformance.simulator.lifecycle import Batch
from conformance.simulator.profile import Exhibits, File, Profile
from conformance.simulator.rows import EXPIRED, FAILED, error_row, input_row, output_row

REQUESTS = 3
_INPUT = "file-exhibit-input"
_ANY_MODEL = "model"
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
    _Exhibit("expired", {"in_progress_at": 30, "expired_at": 86_400}, completed=2, age=_WEEK, published=True),
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


def one_of_each(profile: Profile) -> Exhibits:
    """The batches, a quarter of an hour apart; they share their input."""
    rules = profile.rules
    model, endpoint = (*rules.models, _ANY_MODEL)[0], (*rules.endpoints, "/v1/chat/completions")[0]
    endpoint = next((one for one in rules.endpoints if one.endswith("/chat/completions")), endpoint)
    contents = {_INPUT: b"".join(input_row(number, model) for number in range(1, REQUESTS + 1))}
    batches = []
    for number, exhibit in enumerate(_OLDEST_FIRST):
        results = _results(exhibit, model)
        contents |= results
        created_at = FIXED_START - (len(_OLDEST_FIRST) - number) * 900 - exhibit.age - 3600
        output, errors = (_file_id(exhibit, kind) for kind in ("output", "errors"))
        stamps = {name: created_at + seconds for name, seconds in exhibit.stamps.items()}
        batches.append(
            Batch(
                id=profile.batch_id(f"batch-exhibit-{exhibit.phase}"),
                number=number,
                endpoint=endpoint,
                input_file_id=_INPUT,
                completion_window=_window(rules, exhibit),
                created_at=created_at,
                expires_at=created_at + exhibit.hours * 3600,
                phase=exhibit.phase,
                entered_at=created_at + max(exhibit.stamps.values(), default=0),
                stamps=stamps,
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
    files = [_file(profile, number, *item) for number, item in enumerate(contents.items())]
    return Exhibits(batches, files, contents)


def _window(rules: InputRules, exhibit: _Exhibit) -> str:
    return min(rules.windows) if rules.windows else f"{exhibit.hours}h"


def _file_id(exhibit: _Exhibit, kind: str) -> str:
    return f"file-exhibit-{exhibit.phase}-{kind}"


def _results(exhibit: _Exhibit, model: str) -> dict[str, bytes]:
    """The bytes of the files that an exhibit has by now: rows in order, the failed after the completed."""
    if not exhibit.published:
        return {}
    good = [output_row(row, model, FIXED_START - _WEEK) for row in range(1, exhibit.completed + 1)]
    bad = [error_row(row, FAILED) for row in range(exhibit.completed + 1, exhibit.processed + 1)]
    if exhibit.phase == "expired":
        bad += [error_row(row, EXPIRED) for row in range(exhibit.processed + 1, REQUESTS + 1)]
    files = {_file_id(exhibit, "output"): b"".join(good), _file_id(exhibit, "errors"): b"".join(bad)}
    return {file_id: content for file_id, content in files.items() if content}


def _file(profile: Profile, number: int, file_id: str, content: bytes) -> File:
    result = file_id != _INPUT
    return File(
        id=file_id,
        number=number,
        bytes=len(content),
        created_at=FIXED_START - _WEEK - 86_400 + number,
        filename=f"{file_id.removeprefix('file-')}.jsonl",
        purpose=profile.result_purpose if result else profile.rules.batch_purpose,
        lines=content.count(b"\n"),
        result=result,
    )
