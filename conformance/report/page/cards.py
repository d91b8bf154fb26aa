"""The drifts of a page, each a card: what came, what is documented, whom it hurts, how often, what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from conformance.report import summary
from conformance.report.history import bar
from conformance.report.page.markup import Html, block, code, folded, join, section, tag
from conformance.report.text import clip
from conformance.report.tree import Row, Tree
from conformance.report.words import Say
from conformance.rules import SEVERITIES

SHAPES = {"breaking": "▲", "warning": "◆", "info": "●", "known": "○"}
"""A shape for each severity, so that colour is not needed to tell them apart."""

_WHOLE = 100
"""So many cards are elements from the start; of later ones a browser with scripts makes them when it has time."""

_MAX_BODY = 20_000
"""Characters of an example's body that a card shows."""


def cards(tree: Tree, say: Say) -> Html:
    """The section of all drifts with its filter."""
    rows = tree["drift"]
    if not rows:
        return section("drifts", say("drifts"), tag("p", say("no-drift")))
    past = {row["fingerprint"]: row for row in (tree["history"] or {"drift": []})["drift"]}
    listed = (_card(row, past.get(row["fingerprint"]), say, whole=n < _WHOLE) for n, row in enumerate(rows))
    return section("drifts", say("drifts"), _filter(rows, say), *listed)


def _filter(rows: list[Row], say: Say) -> Html:
    """A form that the script makes visible: without it, it could do nothing."""
    endpoints = {row["endpoint"] or "": summary.endpoint(row, say) for row in rows}
    choices: Mapping[str, Mapping[str, str]] = {
        "endpoint": dict(sorted(endpoints.items())),
        "contract": {name: clip(name, 60) for name in sorted({row["contract"] for row in rows})},
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
    return join(form, tag("p", say("n-drifts", n=len(rows)), id="count", role="status", data_template=template))


def _select(name: str, options: Mapping[str, str], say: Say) -> Html:
    """A choice; a value has `=` before it, so that an empty one differs from no choice."""
    listed = (tag("option", text, value=f"={value}") for value, text in options.items())
    return tag("label", say(name), tag("select", tag("option", say("all"), value=""), *listed, name_=name))


def _card(row: Row, past: Row | None, say: Say, *, whole: bool) -> Html:
    anchor = f"d-{row['fingerprint']}"
    kind = "known" if row["known"] else row["severity"]
    severity = say(row["severity"])
    title = say("with-figures", text=say("known-state"), figures=severity) if row["known"] else severity
    rest = join(
        tag("p", say.rule(row["rule"]), class_="rule"),
        _where(row, say),
        tag("dl", *(join(tag("dt", label), tag("dd", body)) for label, body in _facts(row, past, say))),
        tag("div", *_more(row, say), class_="more"),
    )
    return tag(
        "article",
        tag(
            "h3",
            tag("span", tag("span", SHAPES[kind], aria_hidden="true"), f" {title}", class_=f"severity {kind}"),
            " ",
            code(clip(row["rule"])),
            tag("a", "#", class_="link", href=f"#{anchor}", aria_label=f"{say('link-to')} {row['fingerprint']}"),
        ),
        rest if whole else tag("noscript", rest),
        id=anchor,
        class_=f"card {kind}",
        tabindex="-1",
        data_endpoint=row["endpoint"] or "",
        data_contract=row["contract"],
        data_severity=row["severity"],
        data_state="known" if row["known"] else "new",
    )


def _where(row: Row, say: Say) -> Html:
    endpoint = code(clip(row["endpoint"])) if row["endpoint"] else say("contract-itself")
    place = summary.place(row)
    return tag(
        "p", endpoint, " × ", code(clip(row["contract"])), *([" · ", code(place)] if place else []), class_="where"
    )


def _facts(row: Row, past: Row | None, say: Say) -> Iterator[tuple[str, Html | str]]:
    """Label and value."""
    if row["observed"]:
        yield say("received"), tag("strong", code(summary.received(row, say)))
    yield (
        say("documented"),
        join(code(clip(row["expected"])), " ", tag("span", code(summary.spec(row)), class_="quiet")),
    )
    if row["impact"]:
        lines = (tag("li", code(clip(client)), " ", clip(outcome)) for client, outcome in row["impact"].items())
        yield say("impact"), tag("ul", *lines)
    if seen := summary.seen(row, say):
        yield say("seen"), seen
    if row["seen"]["first"] or past:
        yield say("since"), _since(row["seen"], past, say)
    if known := row["known"]:
        until = f"{say('comma')}{say('until')} {known['until']}" if known["until"] else ""
        source = tag("span", clip(known["source"]) + until, class_="quiet")
        yield summary.known_words(known, say), join(clip(summary.reason(known, say), 2000), " ", source)


def _since(seen: Mapping[str, Any], past: Row | None, say: Say) -> Html:
    times = past or seen
    text = summary.when(times["first"], times["last"], say)
    if past is None:
        return join(text)
    return join(text, " ", tag("span", bar(past["runs"]), class_="bar", aria_hidden="true"), " ", say(past["state"]))


def _more(row: Row, say: Say) -> Iterator[Html]:
    if row["reproduce"]:
        yield folded(say("reproduce"), _copyable(row["reproduce"], say))
    if row["example"]:
        yield folded(say("example"), _example(row["example"], say))
    if not row["known"]:
        yield folded(say("accept"), tag("p", say("accept-help")), _copyable(summary.known_entry(row), say))


def _copyable(text: str, say: Say) -> Html:
    button = tag("button", say("copy"), type="button", class_="copy", data_done=say("copied"))
    return join(button, block(text))


def _example(example: Mapping[str, Any], say: Say) -> Html:
    request = example["request"]
    title = say("example-of", request=f"{request['method']} {clip(request['url'])}", status=example["status_code"])
    sent = [] if request["body"] is None else [_json(request["body"])]
    return join(tag("p", title), *sent, _json(example["body"]))


def _json(value: Any) -> Html:
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    more = f"\n… (+{len(text) - _MAX_BODY})" if len(text) > _MAX_BODY else ""
    return block(text[:_MAX_BODY] + more)
