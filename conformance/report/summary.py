"""What a report says in figures and in short, the same in every format: counts, cells of a matrix, parts of a card."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.report.headline import Row
from conformance.report.text import clip, plain
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.rules import at_least

PairKey = tuple[str | None, str]
"""Endpoint and contract; the endpoint is None for what the contract says against itself."""

LISTED_VALUES = 6
"""How many observed values a card lists."""


@frozen
class Counts:
    """Findings or drifts by severity where they are new, and known ones of any severity."""

    breaking: int = 0
    warning: int = 0
    info: int = 0
    known: int = 0

    @property
    def new(self) -> int:
        """All that is not known."""
        return self.breaking + self.warning + self.info


def count(rows: Iterable[Row]) -> Counts:
    """Count findings, or drifts."""
    tally = {"breaking": 0, "warning": 0, "info": 0, "known": 0}
    for row in rows:
        tally["known" if row["known"] else row["severity"]] += 1
    return Counts(**tally)


def by_pair(tree: Tree) -> Mapping[PairKey, list[Row]]:
    """The drifts of every pair, and of every contract itself, in the tree's order; pairs without drift included."""
    found: dict[PairKey, list[Row]] = {(pair["endpoint"], pair["contract"]): [] for pair in tree["pairs"]}
    for row in tree["drift"]:
        found.setdefault((row["endpoint"], row["contract"]), []).append(row)
    return found


def fails(row: Row, tree: Tree) -> bool:
    """Whether a drift or a finding is one that made its pair drift."""
    return row["known"] is None and row["endpoint"] is not None and at_least(row["severity"], tree["fail_on"])


def counts_text(counts: Counts, say: Say) -> str:
    """`2 breaking, 1 warning, 7 known`; empty where there is nothing."""
    parts = (
        ("breaking", counts.breaking),
        ("warnings", counts.warning),
        ("infos", counts.info),
        ("known", counts.known),
    )
    return say("comma").join(say(f"n-{name}", n=number) for name, number in parts if number)


def cell(pair: Mapping[str, Any] | None, counts: Counts, say: Say) -> str:
    """What a matrix says of a pair: `drift (2 breaking, 1 warning)`; None stands for a contract itself."""
    figures = counts_text(counts, say)
    if pair is None:
        return figures or say("nothing-found")
    outcome = say(pair["outcome"])
    return say("with-figures", text=outcome, figures=figures) if figures else outcome


@frozen
class Matrix:
    """Rows of endpoints, columns of contracts. A cell is missing where the pair was not part of the run."""

    endpoints: tuple[str | None, ...]
    contracts: tuple[str, ...]
    pairs: Mapping[PairKey, Mapping[str, Any]]
    counts: Mapping[PairKey, Counts]

    def cell(self, endpoint: str | None, contract: str, say: Say) -> str | None:
        """The words in a cell."""
        key = (endpoint, contract)
        if key not in self.counts:
            return None
        return cell(self.pairs.get(key), self.counts[key], say)


def matrix(tree: Tree) -> Matrix:
    """The matrix of a report; contracts' own drift is a last row, where there is any."""
    found = by_pair({**tree, "drift": tree["findings"]})
    counts = {key: count(findings) for key, findings in found.items()}
    own = [key for key in counts if key[0] is None]
    return Matrix(
        endpoints=(
            *dict.fromkeys(endpoint for endpoint, _ in counts if endpoint is not None),
            *([None] if own else []),
        ),
        contracts=tuple(dict.fromkeys(contract for _, contract in counts)),
        pairs={(pair["endpoint"], pair["contract"]): pair for pair in tree["pairs"]},
        counts=counts,
    )


def total(tree: Tree, say: Say) -> str:
    """The whole report in figures: its findings, and how many drifts they are."""
    figures = counts_text(count(tree["findings"]), say)
    if not figures:
        return say("no-drift")
    findings = say("n-findings", n=len(tree["findings"]))
    return say("total", findings=say("with-figures", text=findings, figures=figures), n=len(tree["drift"]))


def endpoint(row: Row, say: Say) -> str:
    """The endpoint's name; the words for a contract's own drift."""
    return say("contract-itself") if row["endpoint"] is None else clip(row["endpoint"], 60)


_NAMED = ("endpoint", "contract", "rule", "operation", "status_code", "pointer", "value")
"""What a drift, or an entry of known drift, is named by."""


def named(row: Row, say: Say) -> str:
    """A drift or an entry in one line."""
    parts = {key: row[key] for key in _NAMED if row[key] not in {None, ""}}
    if row["endpoint"] is None:
        parts = {"endpoint": say("contract-itself"), **parts}
    return " · ".join(clip(str(part), 80) for part in parts.values())


def when(first: str | None, last: str | None, say: Say) -> str:
    """A stretch of time for people, in UTC; the day once where it is one day."""
    if first is None or last is None or first == last:
        return day(first or last)
    short = last[11:19] + " UTC" if first[:10] == last[:10] else day(last)
    return say("between", first=day(first).removesuffix(" UTC"), last=short)


def day(time: str | None) -> str:
    """A time of the tree for people."""
    return f"{time[:10]} {time[11:19]} UTC" if time else ""


def place(row: Row) -> str:
    """Which request and which place: `GET /batches · 200 · /data/*/status`."""
    request = f"{row['method']} {row['path']}" if row["method"] else row["operation"]
    parts = (request, row["status_code"], row["pointer"])
    return " · ".join(clip(str(part)) for part in parts if part not in {None, ""})


def received(row: Row, say: Say) -> str:
    """The observed values with how often each was seen."""
    values = [_value(one, say) for one in row["observed"][:LISTED_VALUES]]
    more = len(row["observed"]) - LISTED_VALUES
    return say("comma").join([*values, *([say("n-more", n=more)] if more > 0 else [])])


def _value(one: Mapping[str, Any], say: Say) -> str:
    text = say.text(plain(one["value"]))
    return say("times", value=text, n=one["count"]) if one["count"] > 1 else text


def spec(row: Row) -> str:
    """File and line of the contract: `specs/kimi.yaml:120`."""
    line = row["spec"]["line"]
    return clip(row["spec"]["file"]) + (f":{line}" if line else "")


def seen(row: Row, say: Say) -> str:
    """How often; empty for a contract's own drift."""
    figures = row["seen"]
    if not figures["of_responses"]:
        return ""
    parts = [say("of-responses", n=figures["responses"], of=figures["of_responses"])]
    if figures["items"]:
        known_total = figures["of_items"] >= figures["items"]
        key = "of-items" if known_total else "n-places"
        parts.append(say(key, n=figures["items"], of=figures["of_items"]))
    return say("comma").join(parts)


def impact(row: Row, say: Say) -> str:
    """What each client makes of it; empty where that is not known."""
    return say("semicolon").join(
        f"{clip(client)}{say('colon')}{say.text(clip(outcome))}" for client, outcome in row["impact"].items()
    )


def known_entry(row: Row) -> str:
    """The entry of a known-drift file that accepts exactly this drift; reason and source are to be filled in."""
    told = [(key, row[key]) for key in _NAMED if row[key] not in {None, ""}]
    lines = [f"{key} = {value if isinstance(value, int) else _toml(value)}" for key, value in told]
    return "\n".join(["[[known]]", *lines, 'reason = ""', 'source = ""'])


def _toml(text: str) -> str:
    """A TOML basic string, all ASCII."""
    escaped = "".join(
        f"\\{one}" if one in '"\\' else one if " " <= one <= "~" else f"\\U{ord(one):08X}" for one in text
    )
    return f'"{escaped}"'


def blind_spots(pair: Row, say: Say) -> Iterator[str]:
    """The values seen at each place that the contract leaves open, a line a place."""
    for spot in pair["blind_spots"]:
        values = say("comma").join(f"{clip(one['value'], 40)} ×{one['count']}" for one in spot["values"])
        yield f"{clip(spot['operation'], 40)} {clip(spot['pointer'], 80)}{say('colon')}{values}"


def known_words(known: Mapping[str, Any], say: Say) -> str:
    """Which kind of known drift it is."""
    return say("documented-there" if known["kind"] == "documented" else "accepted")


def reason(known: Mapping[str, Any], say: Say) -> str:
    """Why a drift is known; what a person wrote stays as it is."""
    return say.text(known["reason"]) if known["kind"] == "documented" else str(known["reason"])


def why_known(row: Row, say: Say) -> str:
    """Why a drift is known, with its source; empty where it is new."""
    known = row["known"]
    if not known:
        return ""
    why = say("with-figures", text=clip(reason(known, say)), figures=clip(known["source"]))
    return f"{known_words(known, say)}{say('colon')}{why}" if known["kind"] == "documented" else why
