"""The tables of a page: matrix, batch objects side by side, history, coverage, stale entries."""

from collections.abc import Iterator

from conformance.report import summary
from conformance.report.history import bar
from conformance.report.page.markup import Html, code, folded, join, section, table, tag
from conformance.report.side import FieldRow, side_by_side
from conformance.report.text import clip
from conformance.report.tree import Row, Tree
from conformance.report.words import Say

_SHAPES = {"conforms": "✓", "differs": "≠", "drift": "✕", "could-not-check": "?"}
_MAX_ROWS = 500
"""Rows of a table; the JSON has all of them."""

_NOTHING = Html("")


def matrix(tree: Tree, say: Say) -> Html:
    """Endpoint × contract; each cell leads to its drifts."""
    grid = summary.matrix(tree)
    heads = [say("endpoint"), *(code(clip(contract, 60)) for contract in grid.contracts)]
    rows = (
        join(_row_head(endpoint, say), *(_cell(grid, endpoint, contract, say) for contract in grid.contracts))
        for endpoint in grid.endpoints
    )
    return section("matrix", say("matrix"), table(say("matrix"), heads, rows, "matrix"))


def _row_head(endpoint: str | None, say: Say) -> Html:
    return tag("th", say("contract-itself") if endpoint is None else code(clip(endpoint, 60)), scope="row")


def _cell(grid: summary.Matrix, endpoint: str | None, contract: str, say: Say) -> Html:
    key = (endpoint, contract)
    if key not in grid.counts:
        return tag("td", "–")
    pair, figures = grid.pairs.get(key), summary.counts_text(grid.counts[key], say)
    link = tag("a", figures, href="#drifts", data_endpoint=f"={endpoint or ''}", data_contract=f"={contract}")
    shown = [link] if figures else []
    if pair is None:
        return tag("td", *shown)
    outcome = pair["outcome"]
    shape = tag("span", _SHAPES[outcome], aria_hidden="true")
    return tag("td", shape, " ", tag("strong", say(outcome)), *shown, class_=outcome)


def notes(tree: Tree, say: Say) -> Html:
    """What the matrix does not say: why something could not be checked, and what was left out."""
    items = [] if tree["complete"] else [join(say("not-complete"))]
    items += [join(*_pair(pair), say("colon"), clip(pair["reason"], 2000)) for pair in tree["pairs"] if pair["reason"]]
    items += [join(clip(note)) for note in tree["notes"]]
    if tree["left_out"]:
        names = say("comma").join(clip(one, 80) for one in tree["left_out"])
        items.append(join(say("left-out"), say("colon"), names))
    return tag("ul", *(tag("li", item) for item in items), class_="notes") if items else _NOTHING


def _pair(pair: Row) -> tuple[Html, str, Html]:
    return code(clip(pair["endpoint"], 60)), " × ", code(clip(pair["contract"], 60))


def stale(tree: Tree, say: Say) -> Html:
    """Entries of known drift that nothing matched."""
    if not tree["stale"]:
        return _NOTHING
    items = (
        tag("li", code(summary.named(entry, say)), say("colon"), clip(entry["reason"], 2000))
        for entry in tree["stale"][:_MAX_ROWS]
    )
    help_text = say("stale-counts" if tree["stale_counts"] else "stale-listed")
    return section("stale", say("stale"), tag("p", help_text), tag("ul", *items))


def side(tree: Tree, say: Say) -> Html:
    """The batch object of every contract, field by field; a row that differs says so."""
    both = side_by_side(tree, say)
    if not both.rows:
        return _NOTHING
    heads = [say("field"), *map(code, both.contracts), say("fields-differ")]
    return section(
        "side-by-side",
        say("side-by-side"),
        table(say("side-by-side"), heads, (_field(row, say) for row in both.rows), "side"),
    )


def _field(row: FieldRow, say: Say) -> Html:
    common = max(row.cells, key=row.cells.count)
    cells = (tag("td", cell, class_="other" if cell != common else False) for cell in row.cells)
    unlike = tag("td", f"≠ {say('fields-differ')}", class_="mark")
    mark = unlike if row.differs else tag("td", say("same"), class_="quiet")
    depth = min(row.field.count("/"), 2)
    return join(tag("th", code(row.field), scope="row", class_=f"depth-{depth}"), *cells, mark)


def history(tree: Tree, say: Say) -> Html:
    """A line for each drift of the latest runs."""
    past = tree["history"]
    if not past or not past["drift"]:
        return _NOTHING
    order = {"back": 0, "new": 1, "gone": 2, "present": 3}
    rows = sorted(past["drift"], key=lambda row: order[row["state"]])[:_MAX_ROWS]
    heads = [say(key) for key in ("state", "timeline", "first-seen", "last-seen", "drifts")]
    more = len(past["drift"]) - len(rows)
    return section(
        "history",
        say("history"),
        tag("p", say("n-runs", n=len(past["runs"]))),
        table(say("history"), heads, (_line(row, say) for row in rows), "past"),
        *([tag("p", say("n-more", n=more))] if more else []),
    )


def _line(row: Row, say: Say) -> Html:
    name = code(summary.named(row, say))
    cells = (
        say(row["state"]),
        tag("span", bar(row["runs"]), class_="bar", aria_hidden="true"),
        summary.day(row["first"]),
        summary.day(row["last"]),
        name if row["state"] == "gone" else tag("a", name, href=f"#d-{row['fingerprint']}"),
    )
    return join(*(tag("td", cell) for cell in cells))


def coverage(tree: Tree, say: Say) -> Html:
    """What each pair was seen to hold, folded."""
    items = tuple(_seen(tree, say))
    return section("coverage", say("coverage"), *items) if items else _NOTHING


def _seen(tree: Tree, say: Say) -> Iterator[Html]:
    for pair in tree["pairs"]:
        places = pair["coverage"]
        title = f"{clip(pair['endpoint'], 60)} × {clip(pair['contract'], 60)}{say('colon')}{_figures(places, say)}"
        lines = [f"{pair['requests']} {say('requests')}{say('comma')}{pair['responses']} {say('responses')}"]
        lines += [f"{clip(one['operation'], 80)}{say('colon')}{_figures(one, say)}" for one in places["operations"]]
        for word, lacking in (
            ("not-offered", pair["not_offered"]),
            ("not-offered-by-endpoint", pair["not_offered_by_endpoint"]),
        ):
            if lacking:
                names = say("comma").join(clip(one, 80) for one in lacking)
                lines.append(f"{say(word)}{say('colon')}{names}")
        lines += [f"{say('blind')}{say('colon')}{line}" for line in summary.blind_spots(pair, say)]
        unseen = join(*(code(clip(one, 120)) for one in places["unseen"][:_MAX_ROWS]), between=" ")
        last = [tag("p", say("unseen"), say("colon"), unseen)] if unseen else []
        yield folded(title, *(tag("p", line) for line in lines), *last)


def _figures(places: Row, say: Say) -> str:
    return say("coverage-of", seen=places["seen"], of=places["of"])
