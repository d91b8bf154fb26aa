"""What each exchange leaves for the checks that need several: compact, read back in time order, in bounded memory.

Observations are gathered in any order. Beyond a few thousand they are sorted and packed, beyond some megabytes the
packed ones go to a temporary file; reading back merges what was packed by time.
"""

import heapq
import tempfile
import weakref
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter
from typing import IO, Any, NamedTuple

import msgspec
from attrs import define, field

from conformance.checks.names import Names
from conformance.exchange import Order

NO_ANSWER = 0
"""The status of an observation without an answer."""

TOLERANCE = 0.001
"""Seconds by which the clocks of a start and of a duration may disagree."""

PACKED = 64
"""How many observations are read back at once."""
SORTED = 4096
"""How many wait to be sorted, where they do not come in time order."""
IN_MEMORY = 16_000_000
"""How many bytes of observations stay in memory."""
NAME = 8
"""Bytes that stand for a name in a file."""


class Observation(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One exchange. `size` is the number of items on the page; None where the answer is no page.

    `sound`: the request was not invalid, and asked for at least one item if for a number of them. `batches` and
    `states` are aligned with the items they stand in; "" where there is no status that conforms.
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
    references: Names = ()
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
    ids: Names = ()
    told: Names = ()
    """Names in the response besides the ids of a page, and those that stand in `extra`."""
    batches: Names | None = ()
    """None: the ids of the page."""
    states: Names = ()
    packed: bytes = b""
    """What a teller has to say, packed: few recordings hold a file, and ask for it."""
    is_documented_error: bool = False
    """Whether it is an error as the contract has it, word for word."""

    @property
    def extra(self) -> dict[str, Any]:
        """What a teller has to say, under its name."""
        return _decode_extra(self.packed) if self.packed else {}

    @property
    def listing(self) -> str:
        """The list that a page is of: the whole of what was asked for, but for the cursor and the limit."""
        return f"{self.scope} {self.operation} {_unlimited(self.query)}"

    def light(self) -> "Observation":
        """Without the names that it tells."""
        return msgspec.structs.replace(self, ids=(), told=(), batches=(), states=(), packed=b"")

    @property
    def order(self) -> Order:
        """Where it stands in time."""
        return _order(self)

    @property
    def moment(self) -> "Moment":
        """When it was, as far as that can be known."""
        return Moment(self.started, self.ended, self.file, self.offset, self.in_order)


@lru_cache(maxsize=1000)
def _unlimited(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if not pair.startswith("limit="))


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


FIRST: Order = (float("-inf"), "", 0)
"""Before all others."""

TracePiece = bytes | tuple[int, int]
"""Observations in time order, packed, PACKED of them at most; or where they lie in the temporary file, and how long."""

_order = attrgetter("started", "file", "offset")
_encode_into = msgspec.msgpack.Encoder().encode_into
_decode = msgspec.msgpack.Decoder(list[Observation]).decode
_decode_extra = msgspec.msgpack.Decoder(dict[str, Any]).decode
_decode_one = msgspec.msgpack.Decoder(Observation).decode
_ARRAY = b"\xdc"
"""MessagePack's array of up to 65,535 elements; their number follows, in two bytes."""


@define(eq=False)
class Trace:
    """Observations, in time order when iterated. Each is packed at once: of what it was made of nothing is kept."""

    _loose: bytearray = field(factory=bytearray)
    _rows: list[tuple[Order, int, int]] = field(factory=list)
    """Of the loose ones, when they were, and where they begin and end."""
    _last: Order = FIRST
    """The latest one."""
    _in_line: bool = True
    """Whether the loose ones are in time order, and after those of the last run."""
    _runs: list[list[TracePiece]] = field(factory=list)
    """Each in time order."""
    _packed: int = 0
    """How many observations are in runs."""
    _in_memory: int = 0
    """Bytes in runs."""
    _file: IO[bytes] | None = None

    def append(self, observation: Observation) -> None:
        """Add one."""
        start = len(self._loose)
        _encode_into(observation, self._loose, start)
        self._note(_order(observation), start)

    def _note(self, order: Order, start: int) -> None:
        if order < self._last:
            self._in_line = False
        else:
            self._last = order
        self._rows.append((order, start, len(self._loose)))
        if len(self._rows) >= (PACKED if self._in_line else SORTED) or len(self._loose) >= IN_MEMORY:
            self.pack()

    def pack(self) -> None:
        """Put loose observations into a run."""
        if not self._rows:
            return
        every = list(self._several())
        pieces: list[TracePiece] = [
            b"".join((_ARRAY, len(some).to_bytes(2, "big"), *some))
            for some in (every[start : start + PACKED] for start in range(0, len(every), PACKED))
        ]
        self._packed += len(every)
        self._keep(pieces, in_line=self._in_line)
        self._rows, self._in_line = [], True
        del every, self._loose[:]

    def _several(self) -> Iterator[bytes]:
        """The loose ones in time order."""
        for _, start, end in self._rows if self._in_line else sorted(self._rows):
            yield bytes(self._loose[start:end])

    def extend(self, other: "Trace") -> None:
        """Add what another one holds; it is of no further use."""
        self._packed += other._packed  # noqa: SLF001 - its own class
        for run in other._runs:  # noqa: SLF001 - likewise
            for number, piece in enumerate(run):  # one by one: a run may be longer than memory
                self._keep([other._bytes(piece)], in_line=number > 0)  # noqa: SLF001 - likewise
        self._in_line &= not other._runs  # noqa: SLF001 - likewise
        for order, start, end in other._rows:  # noqa: SLF001 - likewise
            here = len(self._loose)
            self._loose += other._loose[start:end]  # noqa: SLF001 - likewise
            self._note(order, here)

    def __iter__(self) -> Iterator[Observation]:
        runs = [self._unpack(run) for run in self._runs]
        loose = map(_decode_one, self._several())
        return heapq.merge(*runs, loose, key=_order)

    def __getstate__(self) -> tuple[int, list[list[TracePiece]]]:
        """Packed, so that another process need not look into it."""
        self.pack()
        return self._packed, [[self._bytes(piece) for piece in run] for run in self._runs]

    def __setstate__(self, state: tuple[int, list[list[TracePiece]]]) -> None:
        self._packed, runs = state
        self._loose, self._rows, self._last, self._in_line = bytearray(), [], FIRST, not runs
        self._runs, self._in_memory, self._file = [], 0, None
        for run in runs:
            self._keep(run)

    def __len__(self) -> int:
        return self._packed + len(self._rows)

    def _keep(self, run: list[TracePiece], *, in_line: bool = False) -> None:
        """Take packed ones, as a run of their own if they are not `in_line` with the last one."""
        if in_line and self._runs:
            self._runs[-1] += run
        else:
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

    def _bytes(self, piece: TracePiece) -> bytes:
        if isinstance(piece, bytes):
            return piece
        assert self._file is not None
        offset, length = piece
        self._file.seek(offset)
        return self._file.read(length)

    def _unpack(self, run: list[TracePiece]) -> Iterator[Observation]:
        for piece in run:
            yield from _decode(self._bytes(piece))
