"""What each exchange leaves for the checks that need several: compact, read back in time order, in bounded memory.

Observations are gathered in any order. Beyond a few thousand they are sorted and packed, beyond some megabytes the
packed ones go to a temporary file; reading back merges what was packed by time.
"""

import heapq
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import IO, Any, NamedTuple

import msgspec
from attrs import define, field

from conformance.exchange import Order

NO_ANSWER = 0
"""The status of an observation without an answer."""

TOLERANCE = 0.001
"""Seconds by which the clocks of a start and of a duration may disagree."""

SORTED = 4096
"""How many observations are packed at once."""
PACKED = 64
"""How many observations are unpacked at once."""
IN_MEMORY = 16_000_000
"""How many bytes of packed observations stay in memory, and how many characters of those that are not packed."""
LONG = 400
"""How many characters of a name or URL are kept; what is longer keeps a digest of the rest."""


class Observation(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One exchange. Names (`ids`, `told`, `batches`, `states`) are joined by line breaks: cheaper to keep than many.

    `size` is the number of items on the page; None where the answer is no page. `sound`: the request was not invalid,
    and asked for at least one item if for a number of them. `batches` and `states` are aligned with the items they
    stand in; "" where there is no status that conforms.
    """

    started: float
    file: str
    offset: int
    ended: float
    """The latest that it can have been over."""
    in_order: bool
    operation: str
    scope: str
    """Keeps apart hosts, and what stands at different bases of one."""
    status: int
    """0 where no answer came."""
    method: str
    url: str
    body: bytes | None
    """The request's, or what stands for a long one."""
    unclear: bool
    """Whether it depends on Authorization having been sent but not recorded that the request is well-formed."""
    well_formed: bool = False
    """The request is valid if its references are."""
    references: tuple[str, ...] = ()
    """Names in the request that an earlier response must have told."""
    credentials: str = "given"
    failure: str = ""
    """Why no answer came."""
    size: int | None = None
    after: str | None = None
    has_more: bool | None = None
    falls: bool | None = None
    """Whether the items of the page come from new to old."""
    sound: bool = False
    query: str = ""
    """Of a page, all that was asked for but the cursor."""
    ids: str = ""
    told: str = ""
    """Names in the response besides the ids of a page, and those that stand in `extra`."""
    batches: str | None = ""
    """None: the ids of the page."""
    states: str = ""
    extra: dict[str, Any] = {}
    """What tellers have to say, by name."""

    is_documented_error: bool = False
    """Whether it is an error as the contract has it, word for word."""

    @property
    def listing(self) -> str:
        """The list that a page is of: the whole of what was asked for, but for the cursor and the limit."""
        rest = [pair for pair in self.query.split("&") if not pair.startswith("limit=")]
        return f"{self.scope} {self.operation} {'&'.join(rest)}"

    def light(self) -> "Observation":
        """Without the names that it tells."""
        return msgspec.structs.replace(self, ids="", told="", batches="", states="", extra={})

    @property
    def order(self) -> Order:
        """Where it stands in time."""
        return _order(self)

    @property
    def moment(self) -> "Moment":
        """When it was, as far as that can be known."""
        return Moment(self.started, self.ended, self.file, self.offset, self.in_order)


class Moment(NamedTuple):
    """When something was, as far as that can be known."""

    started: float
    ended: float
    file: str
    offset: int
    in_order: bool

    def precedes(self, other: "Moment") -> bool:
        """Whether one was over before the other began: what overlaps, or began in one tick of a clock, has no order."""
        if self.in_order and other.in_order and self.file == other.file:
            return self.offset < other.offset
        return self.started < other.started and self.ended <= other.started + TOLERANCE


def brief(text: str) -> str:
    """A name or URL, or what stands for a long one: still equal to what it equalled."""
    if len(text) <= LONG:
        return text
    return f"{text[: LONG - 40]}…{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def join(names: Sequence[str]) -> str:
    """Names as one string, long ones in brief; in a name, a line break becomes a space.

    Raises:
        TypeError: one is no string.
    """
    text = "\n".join(names)
    if len(text) > LONG and max(map(len, names)) > LONG:
        return join([brief(name) for name in names])
    return text if text.count("\n") < len(names) else "\n".join(name.replace("\n", " ") for name in names)


@lru_cache(maxsize=4)
def split(text: str) -> Sequence[str]:
    """The names in a joined string: those of a page are asked for several times in a row."""
    return text.split("\n") if text else ()


Packed = list[bytes | tuple[int, int]]
"""Observations in time order, PACKED in a piece: the piece, or where it lies in the temporary file, and how long."""

_order = attrgetter("started", "file", "offset")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Observation]).decode


@define(eq=False)
class Trace:
    """Observations, in time order when iterated."""

    _loose: list[Observation] = field(factory=list)
    _weight: int = 0
    """Characters in the loose ones, about."""
    _runs: list[Packed] = field(factory=list)
    _packed: int = 0
    """How many observations are in runs."""
    _in_memory: int = 0
    """Bytes."""
    _file: IO[bytes] | None = None

    def append(self, observation: Observation) -> None:
        """Add one."""
        self._loose.append(observation)
        self._weight += len(observation.ids) + len(observation.told) + len(observation.states) + len(observation.url)
        for told in observation.extra.values():
            self._weight += len(told.get("names") or b"") if isinstance(told, dict) else len(told)
        if len(self._loose) >= SORTED or self._weight >= IN_MEMORY:
            self.pack()

    def pack(self) -> None:
        """Turn loose observations into packed ones."""
        if not self._loose:
            return
        rows = sorted(self._loose, key=_order)
        self._loose.clear()
        self._weight = 0
        self._packed += len(rows)
        self._keep([_encode(rows[start : start + PACKED]) for start in range(0, len(rows), PACKED)])

    def extend(self, other: "Trace") -> None:
        """Add what another one holds; it is of no further use."""
        self._packed += other._packed  # noqa: SLF001 - its own class
        for run in other._runs:  # noqa: SLF001 - likewise
            self._keep([other._bytes(piece) for piece in run])  # noqa: SLF001 - likewise
        for one in other._loose:  # noqa: SLF001 - likewise
            self.append(one)

    def __iter__(self) -> Iterator[Observation]:
        runs = [self._unpack(run) for run in self._runs]
        loose = sorted(self._loose, key=_order)
        if not runs:
            return iter(loose)
        return heapq.merge(*runs, loose, key=_order)

    def __getstate__(self) -> tuple[int, list[Packed]]:
        """Packed, so that another process need not look into it."""
        self.pack()
        return self._packed, [[self._bytes(piece) for piece in run] for run in self._runs]

    def __setstate__(self, state: tuple[int, list[Packed]]) -> None:
        self._loose, self._weight, self._runs, self._in_memory, self._file = [], 0, [], 0, None
        self._packed, runs = state
        for run in runs:
            self._keep(run)

    def __len__(self) -> int:
        return self._packed + len(self._loose)

    def _keep(self, run: Packed) -> None:
        self._runs.append(run)
        self._in_memory += sum(len(piece) for piece in run if isinstance(piece, bytes))
        if self._in_memory > IN_MEMORY:
            self._put_away()

    def _put_away(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="batch-conformance-")  # noqa: SIM115 - lives as long as the trace
            weakref.finalize(self, self._file.close)
        end = self._file.seek(0, 2)
        for run in self._runs:
            for index, piece in enumerate(run):
                if isinstance(piece, bytes):
                    self._file.write(piece)
                    run[index] = (end, len(piece))
                    end += len(piece)
        self._in_memory = 0

    def _bytes(self, piece: bytes | tuple[int, int]) -> bytes:
        if isinstance(piece, bytes):
            return piece
        assert self._file is not None
        offset, length = piece
        self._file.seek(offset)
        return self._file.read(length)

    def _unpack(self, run: Packed) -> Iterator[Observation]:
        for piece in run:
            yield from _decode(self._bytes(piece))
