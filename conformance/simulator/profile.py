"""What makes one provider's server differ from another's, as data; the profiles themselves are in `profiles/`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from conformance.simulator.answer import Call
from conformance.simulator.lifecycle import Batch, Phase, Phases

Json = dict[str, Any]
Trouble = Literal[
    "key_missing",
    "key_wrong",
    "forbidden",
    "unknown_path",
    "wrong_method",
    "not_found",
    "invalid",
    "rate_limited",
    "server_error",
    "overloaded",
    "timeout",
]
"""Why a request is not answered with a success."""


class Refusal(Exception):  # noqa: N818 - no fault of the program: it is answered in the provider's form
    """A request is refused; `detail` says what was wrong with it, or with what id."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        """Say why."""
        super().__init__(detail)
        self.trouble: Trouble = trouble
        self.detail = detail


@frozen
class File:
    """One stored file. `bytes` is its size; `lines` how many it has, None where nobody counted."""

    id: str
    number: int
    bytes: int
    created_at: int
    filename: str
    purpose: str
    lines: int | None = None
    result: bool = False
    """Written by a batch, not uploaded."""


@frozen
class Exhibits:
    """What a fresh server shows, oldest first; `contents` has the bytes of each file by its id."""

    batches: Sequence[Batch] = ()
    files: Sequence[File] = ()
    contents: Mapping[str, bytes] = field(factory=dict)


@frozen
class BatchRules:
    """How the batch operations behave where providers differ."""

    default_limit: int
    has_cursors: bool
    """Whether a page carries first_id and last_id."""
    cancel_shows_before: bool
    """Whether the answer to a cancel shows the batch as it was before."""
    replaces_model: bool
    """Whether create takes `replace: {model}`."""


@frozen
class FileRules:
    """How the file operations behave where providers differ."""

    purposes: frozenset[str]
    purpose_in_list: bool
    """Whether a list of files must say which purpose."""
    default_limit: int | None
    """Files in a list; None: all of them, and no such parameter."""
    content_type: str
    """What a file's content is said to be."""
    results_are_urls: bool
    """Whether output_file_id is an address to download from, rather than the id of a file."""


@frozen
class Profile:
    """One provider's server."""

    name: str
    operations: frozenset[str]
    phases: Phases
    first_phase: str
    batches: BatchRules
    files: FileRules
    statuses: Mapping[Trouble, int]
    error: Callable[[Trouble, str], Any]
    """The body that tells of a trouble."""
    batch: Callable[[Batch, Phase, Call], Json]
    """A batch as an operation shows it; file ids are already what the client is to see."""
    file: Callable[[File], Json]
    uploaded: Callable[[File], Json]
    file_list: Callable[[Sequence[File]], Json]
    exhibits: Callable[[], Exhibits]


def counts(batch: Batch, phase: Phase) -> Json | None:
    """request_counts in the form the phase has them."""
    if phase.counts == "numbers":
        return {"completed": batch.completed, "failed": batch.failed, "total": batch.total}
    return {} if phase.counts == "empty" else None
