"""What the results of a batch amount to."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import Factory, define, field, frozen

from conformance.input_rules import Report
from conformance.lines.line import EXPIRED
from conformance.lines.plain import PlainLine, Usage


@frozen
class Counted:
    """How often something is there, and the first line where it is, as `line 3 of output.jsonl`."""

    count: int
    first: str


@define
class Tokens:
    """What responses say of their tokens, added up; `lines` is how many say it."""

    total: int = 0
    prompt: int = 0
    completion: int = 0
    lines: int = 0

    def add(self, rows: Iterable[PlainLine]) -> None:
        """Count what lines say."""
        for row in rows:
            usage = row.response.body.usage
            if isinstance(usage, Usage):
                self.total += usage.total_tokens
                self.prompt += usage.prompt_tokens
                self.completion += usage.completion_tokens
                self.lines += 1


@define
class Tally:
    """Things that add up, by what they are, each with its first place."""

    found: dict[str, Counted] = Factory(dict)

    def add(self, what: str, place: str, count: int = 1) -> None:
        """Add some; the first place counts. Beyond some hundred kinds, others are one."""
        if what not in self.found and len(self.found) >= _KINDS:
            what = "other"
        seen = self.found.get(what)
        self.found[what] = Counted(seen.count + count, seen.first) if seen else Counted(count, place)

    def __len__(self) -> int:
        return sum(one.count for one in self.found.values())


_KINDS = 200


@frozen
class CountDisagreement:
    """A number that the batch names and its files do not show."""

    name: str
    stated: int
    seen: int


@frozen
class Account:
    """Every request of the input, and every line of the results, counted.

    Attributes:
        sent: Lines of the input, without blank ones.
        answered: Of these, those that have a success.
        failed: Those without one that a line says something of, by reason; expired ones are among them.
        absent: Those of which no line says anything.
        repeated: Lines that tell of a request once more.
        unknown: Lines of requests that the input does not have.
        missing: Lines without a custom_id, by what stands there instead.
        broken: Lines that are no JSON object, by what they are.
        empty: Lines that say nothing of their request, by what is wrong.
        blank: Lines of the results without anything.
        lines: Lines of the results, without blank ones.
        tokens: What the successes say of their tokens.
        disagreements: Where the batch says other numbers; None where no batch was given, or it says none.
        preflight: What is to be said of the input.
        left: How many lines were written, to be sent again; None where that was not asked for.
    """

    sent: int
    answered: int
    failed: Mapping[str, Counted]
    absent: Counted | None
    repeated: Counted | None
    unknown: Counted | None
    missing: Mapping[str, Counted]
    broken: Mapping[str, Counted]
    empty: Mapping[str, Counted]
    blank: int
    lines: int
    tokens: Tokens
    disagreements: Sequence[CountDisagreement] | None
    preflight: Report
    left: int | None = None
    notes: Sequence[str] = field(default=())

    @property
    def expired(self) -> int:
        """How many of those that failed did because the batch ended before them."""
        return sum(one.count for reason, one in self.failed.items() if reason == EXPIRED)
