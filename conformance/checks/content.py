"""What the content of a file says: the lines of one that was asked for, the names in one that was sent.

Kept beside the observation, small and plain, for `several/lines.py`, which knows which file is which. Of lines nothing
is kept but numbers, what is wrong with them, and eight bytes for each name.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from attrs import define, evolve, field

from conformance import multipart
from conformance.checks.case import Case
from conformance.checks.lines import LineBreaches, line_breach, takes_plain
from conformance.checks.several.trace import NAME
from conformance.drift import Breach
from conformance.exchange import header
from conformance.lines.line import Line
from conformance.lines.reading import LinesOf

MAX_NAMES = 50_000
"""Names of a file that are kept, in brief: a file of more is not held against another."""
_KINDS = 100
"""Different breaches of one file that are told."""


def uploaded(case: Case) -> dict[str, Any] | None:
    """The names in a file that was uploaded, by the id that it was given."""
    if not case.is_success or not isinstance(case.payload, dict):
        return None
    holder = case.payload if "id" in case.payload else case.payload.get("data")
    body = case.exchange.request.body
    declared = header(case.exchange.request.headers, "content-type") or ""
    form = multipart.parts(body, declared) if body else None
    content = next((one.content for one in form or () if one.filename is not None), None)
    file = holder.get("id") if isinstance(holder, dict) else None
    if content is None or not file or not isinstance(file, str):
        return None
    names = _Names()
    for taken in LinesOf().all([content]):
        names.add([row.custom_id for row in taken.plain])
        names.add([line.custom_id for line in taken.others if line.custom_id is not None])
    return {"file": file, "names": names.told}


def lines(case: Case) -> dict[str, Any] | None:
    """What a file's content says, read as lines of results; whether it is one, the batch tells that names it."""
    exchange, answer = case.exchange, case.answer
    whole = case.is_content and answer.status == 200 and answer.whole is None and exchange.unkept is None
    file = next((value for _, value in exchange.path_parameters), "")
    if not whole or exchange.request.method != "GET" or not file:
        return None
    found = _Content(LineBreaches(case.operation.lines))
    reading = LinesOf(quick=takes_plain(case.operation.lines))
    for taken in reading.all([answer.body]):
        found.good += len(taken.plain)
        found.names.add([row.custom_id for row in taken.plain])
        for line in taken.others:
            found.look_at(line)
    schema = case.operation.lines.get("output")
    location = schema.location if schema else case.operation.location
    told = [evolve(one, location=one.location or location) for one in found.breaches()]
    return {
        "file": file,
        "lines": reading.number - reading.blank,
        "good": found.good,
        "expired": found.expired,
        "names": found.names.told,
        "breaches": [_packed(one) for one in told[:_KINDS]],
    }


@define
class _Names:
    """The names of a file, in brief."""

    found: set[bytes] = field(factory=set)
    twice: int = 0

    def add(self, names: Sequence[str]) -> None:
        """Take some; those that were there before are counted."""
        for name in names:
            brief = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=NAME).digest()
            if brief in self.found:
                self.twice += 1
            elif len(self.found) <= MAX_NAMES:
                self.found.add(brief)

    @property
    def told(self) -> bytes | None:
        """All, one after another; None where they are too many."""
        return b"".join(sorted(self.found)) if len(self.found) <= MAX_NAMES else None


@define
class _Content:
    """A file of results as it is read."""

    places: LineBreaches
    names: _Names = field(factory=_Names)
    good: int = 0
    expired: int = 0
    broken: Counter[tuple[str, str]] = field(factory=Counter)
    """By rule, and what is there instead."""

    def look_at(self, line: Line) -> None:
        """Take a line that is not plain."""
        if line.broken is not None:
            self.broken["result-line-not-json", line.broken] += 1
            return
        self.good += line.ok
        self.expired += line.expired
        if line.custom_id is None:
            self.broken["result-custom-id-missing", line.named] += 1
        else:
            self.names.add([line.custom_id])
        if line.why_empty:
            self.broken["result-line-empty", line.why_empty] += 1
        elif line.status is not None and line.status < 300 and not line.ok:
            self.broken["success-carries-error", "an error body"] += 1
        self.places.add(line)

    def breaches(self) -> Iterator[Breach]:
        """What is wrong with it, whatever batch it is of."""
        for (rule, observed), count in self.broken.items():
            yield line_breach(rule, observed, count)
        if self.names.twice:
            yield line_breach("result-custom-id-repeated", "another line", self.names.twice)
        yield from self.places.all()


def _packed(breach: Breach) -> list[Any]:
    """A breach as plain values."""
    return [breach.rule, breach.pointer, breach.expected, breach.observed, breach.value, breach.items, breach.location]


def unpacked(told: Sequence[Any]) -> Breach:
    """A breach out of plain values."""
    rule, pointer, expected, observed, value, items, location = told
    return Breach(rule, pointer, expected, observed, value, tuple(location), items)
