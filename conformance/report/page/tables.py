"""The tables of a page: matrix, batch objects side by side, history, coverage, stale entries."""

from collections.abc import Iterator, Mapping

from conformance.report import summary
from conformance.report.headline import Row
from conformance.report.history import bar, by_finding, told
from conformance.report.page.markup import Html, code, folded, join, section, table, tag
from conformance.report.page.pairs import anchors
from conformance.report.side import FieldRow, differing, side_by_side
from conformance.report.text import clip
from conformance.report.tree import Tree
from conformance.report.words import Say

_SHAPES = {"conforms": "✓", "differs": "≠", "drift": "✕", "could-not-check": "?"}
_MAX_ROWS = 500
"""Rows of a table; the JSON has all of them."""

_NOTHING = Html("")


def matrix(tree: Tree, say: Say) -> Html:
    """Endpoint × contract; each cell leads to its findings."""
    grid, places = summary.matrix(tree), anchors(tree)
    heads = [say("endpoint"), *(code(clip(contract, 60)) for contract in grid.contracts)]
    rows = (
        join(
            _row_head(endpoint, say),
            *(_cell(grid, (endpoint, contract), places, say) for contract in grid.contracts),
        )
        for endpoint in grid.endpoints
    )
    return section("matrix", say("matrix"), table(say("matrix"), heads, rows, "matrix"))


def _row_head(endpoint: str | None, say: Say) -> Html:
    return tag("th", say("contract-itself") if endpoint is None else code(clip(endpoint, 60)), scope="row")


def _cell(grid: summary.Matrix, key: summary.PairKey, places: Mapping[summary.PairKey, str], say: Say) -> Html:
    if key not in grid.counts:
        return tag("td", "–")
    pair, figures = grid.pairs.get(key), summary.counts_text(grid.counts[key], say)
    shown = [tag("a", figures, href=f"#{places.get(key, 'findings')}")] if figures else []
    if pair is None:
        return tag("td", *shown)
    outcome = pair["outcome"]
    shape = tag("span", _SHAPES[outcome], aria_hidden="true")
    return tag("td", shape, " ", tag("strong", say(outcome)), *shown, class_=outcome)


def notes(tree: Tree, say: Say) -> Html:
    """What the matrix does not say: why something could not be checked, and what was left out."""
    items = [] if tree["complete"] else [join(say("not-complete"))]
    items += [
        join(*_pair(pair), say("colon"), say.text(clip(pair["reason"], 2000)))
        for pair in tree["pairs"]
        if pair["reason"]
    ]
    items += [join(say.text(clip(note))) for note in tree["notes"]]
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
    """The fields of the batch object in which contracts differ, folded."""
    both = side_by_side(tree, say)
    rows = differing(both)
    if not rows:
        return _NOTHING
    heads = [say("field"), *map(code, both.contracts)]
    content = table(say("side-by-side"), heads, map(_field, rows), "side")
    return section("side-by-side", say("side-by-side"), folded(say("n-fields-differ", n=len(rows)), content))


def _field(row: FieldRow) -> Html:
    common = max(row.cells, key=row.cells.count)
    cells = (tag("td", cell, class_="other" if cell != common else False) for cell in row.cells)
    depth = min(row.field.count("/"), 2)
    return join(tag("th", code(row.field), scope="row", class_=f"depth-{depth}"), *cells)


def history(tree: Tree, say: Say) -> Html:
    """A line for each finding of the latest runs, folded but for what changed."""
    past = tree["history"]
    if not past or not past["drift"]:
        return _NOTHING
    order = {"back": 0, "new": 1, "gone": 2, "present": 3}
    found = sorted(by_finding(past), key=lambda one: order[one["state"]])
    now = {one["id"] for one in tree["findings"]}
    heads = [say(key) for key in ("state", "timeline", "first-seen", "last-seen", "findings")]
    rows = (_past(one, one["finding"] in now, say) for one in found[:_MAX_ROWS])
    more = len(found) - _MAX_ROWS
    return section(
        "history",
        say("history"),
        folded(
            say("comma").join([say("n-runs", n=len(past["runs"])), say("n-findings", n=len(found))]),
            table(say("history"), heads, rows, "past"),
            *([tag("p", say("n-more", n=more))] if more > 0 else []),
        ),
    )


def _past(one: Row, here: bool, say: Say) -> Html:  # noqa: FBT001 - whether it can be linked to
    lead = one["rows"][0]
    names = join(*(code(piece.text) if piece.code else piece.text for piece in told(one["rows"], say)))
    pair = f"{summary.endpoint(lead, say)} × {clip(lead['contract'], 60)}"
    cells = (
        say(one["state"]),
        tag("span", bar(one["runs"]), class_="bar", aria_hidden="true"),
        summary.day(one["first"]),
        summary.day(one["last"]),
        join(tag("a", names, href=f"#f-{one['finding']}") if here else names, " ", tag("span", pair, class_="quiet")),
    )
    return join(*(tag("td", cell) for cell in cells))


def coverage(tree: Tree, say: Say) -> Html:
    """What each pair was seen to hold, folded."""
    items = tuple(_seen(tree, say))
    return section("coverage", say("coverage"), folded(say("n-pairs", n=len(items)), *items)) if items else _NOTHING


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
