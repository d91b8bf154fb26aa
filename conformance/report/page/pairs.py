"""The findings of a page, by pair: a line each that opens to what came beside what is documented, and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from attrs import frozen

from conformance.report import facts, summary
from conformance.report.facts import Fact
from conformance.report.headline import Piece, Row, is_body, is_lacking, name
from conformance.report.history import bar, by_finding
from conformance.report.page.example import marked
from conformance.report.page.markup import Html, block, code, folded, join, section, tag
from conformance.report.quotes import near
from conformance.report.text import clip
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.rules import SEVERITIES, at_least

SHAPES = {"breaking": "▲", "warning": "◆", "info": "●"}
"""A shape for each severity, so that colour is not needed to tell them apart."""

_WHOLE = 30
"""So many findings are elements from the start; later ones become elements when they are opened."""
_REASONS = 4
"""Reasons why a finding is known that are told, each with its source."""
_VALUES = 60
"""Documented values that are listed."""
_ENTRIES = 100
"""Entries for the file of known drift that are written out."""
_MAX_SENT = 4_000
"""Characters of a request's body."""


@frozen
class _Around:
    """What of the report the findings need besides themselves."""

    quotes: Mapping[str, Mapping[int, str]]
    past: Mapping[str, Row]

    @classmethod
    def of(cls, tree: Tree) -> "_Around":
        quotes: dict[str, dict[int, str]] = {}
        for contract in tree["contracts"]:
            for one in contract["quotes"]:
                quotes.setdefault(one["file"], {})[one["line"]] = one["text"]
        history = by_finding(tree["history"]) if tree["history"] else []
        return cls(quotes, {one["finding"]: one for one in history if one["finding"]})


def pairs(tree: Tree, say: Say) -> Html:
    """A section for each pair that has findings, whom they hurt most first, with a filter above all."""
    every = facts.by_pair(tree)
    if not every:
        return section("findings", say("findings"), tag("p", say("no-drift")))
    around, whole = _Around.of(tree), iter(range(len(tree["findings"]) + 1))
    parts = [_pair(f"pair-{number}", found, around, say, whole) for number, (_, found) in enumerate(every)]
    return join(section("findings", say("findings"), _filter(tree, say)), *parts)


def anchors(tree: Tree) -> Mapping[summary.PairKey, str]:
    """Where on the page the findings of each pair are."""
    return {pair: f"pair-{number}" for number, (pair, _) in enumerate(facts.by_pair(tree))}


def _filter(tree: Tree, say: Say) -> Html:
    """A form that the script makes visible: without it, it could do nothing."""
    found = tree["findings"]
    endpoints = {one["endpoint"] or "": summary.endpoint(one, say) for one in found}
    choices: Mapping[str, Mapping[str, str]] = {
        "endpoint": dict(sorted(endpoints.items())),
        "contract": {name: clip(name, 60) for name in sorted({one["contract"] for one in found})},
        "severity": {one: say(one) for one in reversed(SEVERITIES)},
        "state": {"new": say("new-state"), "known": say("known-state")},
    }
    form = tag(
        "form",
        *(_select(name, options, say) for name, options in choices.items()),
        tag("label", say("search"), tag("input", type="search", name_="text", autocomplete="off")),
        tag("button", say("reset"), type="reset"),
        id="filter",
        role="search",
        aria_label=say("filter"),
        hidden=True,
    )
    template = say("shown-of", n="{n}", of="{of}")
    return join(form, tag("p", summary.total(tree, say), id="count", role="status", data_template=template))


def _select(name: str, options: Mapping[str, str], say: Say) -> Html:
    """A choice; a value has `=` before it, so that an empty one differs from no choice."""
    listed = (tag("option", text, value=f"={value}") for value, text in options.items())
    return tag("label", say(name), tag("select", tag("option", say("all"), value=""), *listed, name_=name))


def _pair(anchor: str, found: Sequence[Fact], around: _Around, say: Say, whole: Iterator[int]) -> Html:
    """A pair's findings; what is no more than info is folded, and what contracts say against themselves."""
    endpoint, contract = pair = found[0].finding["endpoint"], found[0].finding["contract"]
    grave = [one for one in found if endpoint is not None and at_least(one.severity, "warning")]
    if not grave:
        names = facts.heading(pair, found, say) if endpoint is None else f"{clip(endpoint, 60)} × {clip(contract, 60)}"
        title = f"{names}{say('colon')}{summary.counts_text(facts.counts(found), say)}"
        inner = [_finding(one, around, say, whole=False) for one in found]
        return tag("details", tag("summary", title), *inner, class_="pair rest", id=anchor)
    shown = [_finding(one, around, say, whole=next(whole) < _WHOLE) for one in grave]
    hidden = [_finding(one, around, say, whole=False) for one in found if one not in grave]
    rest = [tag("details", tag("summary", say("n-folded", n=len(hidden))), *hidden, class_="rest")] if hidden else []
    return tag(
        "section",
        tag(
            "div",
            tag("h2", facts.heading(pair, grave, say), id=anchor, tabindex="-1"),
            tag("p", code(clip(str(endpoint), 60)), " × ", code(clip(contract, 60)), class_="where"),
            class_="head",
        ),
        *shown,
        *rest,
        class_="pair",
    )


def _finding(fact: Fact, around: _Around, say: Say, *, whole: bool) -> Html:
    rest = tag("div", *_whole(fact, around, say), class_="whole")
    known = fact.known
    badge = (
        [tag("span", say("badge-documented" if known["kind"] == "documented" else "accepted"), class_="badge")]
        if known
        else []
    )
    return tag(
        "details",
        tag(
            "summary",
            tag("span", SHAPES[fact.severity], class_=f"shape {fact.severity}", aria_hidden="true"),
            tag("span", say(fact.severity), class_="unseen"),
            tag("h3", *_pieces(fact.headline(say))),
            *badge,
            tag("span", *_line(fact, say), class_="line"),
        ),
        rest if whole else tag("noscript", rest),
        id=f"f-{fact.id}",
        class_=f"finding {fact.kind}",
        data_endpoint=fact.finding["endpoint"] or "",
        data_contract=fact.finding["contract"],
        data_severity=fact.severity,
        data_state="known" if known else "new",
        data_rows=" ".join(row["fingerprint"] for row in fact.rows),
    )


def _pieces(pieces: Sequence[Piece]) -> Iterator[Html | str]:
    return (code(piece.text) if piece.code else piece.text for piece in pieces)


def _line(fact: Fact, say: Say) -> Iterator[Html]:
    """Beside the headline: who loses something in silence, where and how often."""
    for client, made, harm in facts.clients(fact, say, worst=True):
        if harm == "silent":
            yield tag("strong", f"{client}{say('colon')}{made}", class_="silent")
    at = dict.fromkeys(row["operation"] for row in fact.rows if row["operation"])
    where = say("n-operations", n=len(at)) if len(at) > 1 else facts.operations(fact, 1, say)
    yield tag("span", " · ".join(part for part in (where, facts.often(fact, say)) if part))


def _whole(fact: Fact, around: _Around, say: Say) -> Iterator[Html]:
    lead = fact.rows[0]
    yield tag("div", _documented(fact, lead, around, say), _received(fact, lead, say), class_="beside")
    if made := facts.clients(fact, say):
        lines = (tag("li", code(client), " ", _outcome(words, harm)) for client, words, harm in made)
        yield _titled(say("impact"), tag("ul", *lines, class_="clients"))
    if advice := fact.advice(say):
        yield _titled(say("advice"), tag("p", advice))
    if fact.known:
        reasons = dict.fromkeys(summary.why_known(row, say) for row in fact.rows if row["known"])
        yield _titled(say("known-state"), *(tag("p", reason) for reason in list(reasons)[:_REASONS]))
    rows = tag("ul", *(_row(row, say) for row in fact.rows), class_="rows")
    yield _titled(say("seen"), rows, *_since(fact, around, say))
    yield tag("div", *_more(fact, lead, say), class_="more")


def _outcome(words: str, harm: str) -> Html:
    return tag("strong", words, class_="silent") if harm == "silent" else join(words)


def _titled(title: str, *inner: Html) -> Html:
    return tag("div", tag("h4", title), *inner, class_="part")


def _documented(fact: Fact, lead: Row, around: _Around, say: Say) -> Html:
    """What is documented: in words, and the contract's lines around it."""
    spec = fact.finding["spec"]
    lines = around.quotes.get(spec["file"], {})
    told = tag("p", code(say.text(clip(lead["expected"]))))
    if is_body(fact.rows):
        lacking = dict.fromkeys(
            f"{clip(name(row['pointer']), 80)}: {say.text(clip(row['expected'], 160))}"
            for row in fact.rows
            if is_lacking(row)
        )
        listed = (tag("li", code(text)) for text in list(lacking)[:_VALUES])
        told = tag("ul", *listed, class_="clients")
    numbers = near(spec["line"]) if spec["line"] else ()
    quoted = [_quoted(number, lines[number], number == spec["line"]) for number in numbers if number in lines]
    source = [tag("pre", join(*quoted, between=Html("\n")), tabindex="0", class_="source")] if quoted else []
    return tag("div", tag("h4", say("documented")), told, tag("p", code(facts.spec(fact)), class_="quiet"), *source)


def _quoted(number: int, text: str, named: bool) -> Html:  # noqa: FBT001 - one of the lines
    line = f"{number:>6}  {text}"
    return tag("mark", line) if named else join(line)


def _received(fact: Fact, lead: Row, say: Say) -> Html:
    """What came: values, an enum's new one beside those that are documented, the payload with the place marked."""
    same = ("operation", "status_code")
    near = fact.rows if is_body(fact.rows) else fact.rows[:1]
    places = [(row["pointer"], row["rule"]) for row in near if all(row[key] == lead[key] for key in same)]
    parts = [tag("h4", say("received"))]
    if lead["observed"]:
        parts.append(tag("p", tag("strong", code(summary.received(lead, say)))))
    if lead["rule"] == "response-property-enum-value-added":
        parts.append(_values(lead, say))
    example = lead["example"]
    if example:
        request = example["request"]
        title = say("example-of", request=f"{request['method']} {clip(request['url'])}", status=example["status_code"])
        sent = [_json(request["body"])] if request["body"] is not None else []
        parts += [tag("p", title, class_="quiet"), *sent, marked(example["body"], places, say)]
    return tag("div", *parts)


def _values(lead: Row, say: Say) -> Html:
    """The documented values, and the new one."""
    listed = lead["expected"].partition(": ")[2].removesuffix(", required").split(", ")
    shown = [tag("li", code(clip(one, 80))) for one in listed[:_VALUES] if one]
    more = [tag("li", say("n-more", n=len(listed) - _VALUES))] if len(listed) > _VALUES else []
    new = tag("li", tag("mark", code(clip(lead["value"] or "", 80)), " ", say("not-listed")))
    return tag("ul", *shown, *more, new, class_="values")


def _json(value: Any) -> Html:
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    return block(text[:_MAX_SENT] + ("\n…" if len(text) > _MAX_SENT else ""))


def _row(row: Row, say: Say) -> Html:
    """One drift: its place, and how often it was there."""
    seen = summary.seen(row, say)
    place = summary.place(row) or clip(row["pointer"])
    figures = [tag("span", f" {seen}", class_="quiet")] if seen else []
    anchor = f"d-{row['fingerprint']}"
    link = tag("a", "#", class_="link", href=f"#{anchor}", aria_label=f"{say('link-to')} {row['fingerprint']}")
    return tag("li", code(place), *figures, link, id=anchor, class_="row", tabindex="-1")


def _since(fact: Fact, around: _Around, say: Say) -> Iterator[Html]:
    past = around.past.get(fact.id)
    first = min((one for row in fact.rows if (one := row["seen"]["first"])), default=None)
    last = max((one for row in fact.rows if (one := row["seen"]["last"])), default=None)
    if past:
        text = summary.when(past["first"], past["last"], say)
        marks = tag("span", bar(past["runs"]), class_="bar", aria_hidden="true")
        yield tag("p", say("since"), " ", text, " ", marks, " ", say(past["state"]), class_="quiet")
    elif first:
        yield tag("p", say("since"), " ", summary.when(first, last, say), class_="quiet")


def _more(fact: Fact, lead: Row, say: Say) -> Iterator[Html]:
    if lead["reproduce"]:
        yield folded(say("reproduce"), _copyable(lead["reproduce"], say))
    if not fact.known:
        entries = "\n\n".join(summary.known_entry(row) for row in fact.rows[:_ENTRIES])
        yield folded(say("accept"), tag("p", say("accept-help")), _copyable(entries, say))
    rule = clip(fact.finding["rule"])
    yield tag("p", code(rule), " ", say.rule(rule), " ", _permalink(fact, say), class_="quiet")


def _permalink(fact: Fact, say: Say) -> Html:
    return tag("a", fact.id, href=f"#f-{fact.id}", aria_label=f"{say('link-to')} {fact.id}")


def _copyable(text: str, say: Say) -> Html:
    button = tag("button", say("copy"), type="button", class_="copy", data_done=say("copied"))
    return join(button, block(text))
