"""What makes one provider's server differ from another's, as data; `documented.py` takes it from the contract."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from conformance.contract import Contract, Operation
from conformance.input_rules import InputRules
from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.lifecycle import Batch, Phase, Phases
from conformance.simulator.troubles import Trouble

Json = dict[str, Any]


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
class Profile:
    """One provider's server."""

    name: str
    contract: Contract
    rules: InputRules
    phases: Phases
    first_phase: str
    refuse: Callable[[Operation | None, Trouble, str], ServedAnswer]
    """How a trouble is told at an operation; None: at none."""
    batch: Callable[[Batch, Phase, Call], Json]
    """A batch as an operation shows it; file ids are already what the client is to see."""
    file: Callable[[File, Call], Json]
    answer: Callable[[str, Any, Mapping[str, Any]], ServedAnswer]
    """The success of an operation: what it shows, in what the contract has around that, filled with further values."""
    places: Mapping[str, tuple[str, ...]]
    """Where in the body of an operation's success the batch, file or list stands."""
    exhibits: Callable[[], Exhibits]
    batch_id: Callable[[str], str] = str
    """A batch's id, made of one in OpenAI's form."""
    purposes: frozenset[str] | None = None
    """What a file can be uploaded for; None: for anything."""
    result_purpose: str = "batch"
    content_type: str = "application/octet-stream"
    """What a file's content is said to be."""
    cancel_shows_before: bool = False
    """Whether the answer to a cancel shows the batch as it was before."""
    results_are_urls: bool = False
    """Whether output_file_id is an address to download from, rather than the id of a file."""

    @property
    def takes_any_file(self) -> bool:
        """Whether a batch can be created over a file that nobody uploaded: where there is no upload."""
        return "upload_file" not in self.contract.operations
