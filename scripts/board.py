"""Makes the drift board, a folder of pages for a static host: `make board`.

    python scripts/board.py REPORTS SITE

From a folder of reports (drift.json, and history.sqlite where there is one): an index with an outcome for each pair,
the report in both languages, the matrix, the timeline, and badges (JSON for shields.io): in all, and an endpoint.
"""

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, cast

from markdown_it import MarkdownIt

from conformance import report
from conformance.report import LANGS, Tree
from scripts.committed import ROOT, write

MATRIX = ROOT / "docs/matrix.md"
HISTORY = "history.sqlite"
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
:root {{ color-scheme: light dark }}
table {{ border-collapse: collapse; display: block; overflow-x: auto }}
th, td {{ border: 1px solid #8888; padding: .3rem .6rem; text-align: left; vertical-align: top }}
pre {{ overflow-x: auto }}
</style>
{body}
</html>
"""


def pages(tree: Tree, history: Path | None) -> Mapping[str, str]:
    """Every page and badge, by its path."""
    made = {f"report.{lang}.html": report.render(tree, "html", lang) for lang in LANGS}
    made["matrix.html"] = _page("Who can stand in for whom", _markdown(MATRIX.read_text(encoding="utf-8")))
    made["badge.json"] = report.render(tree, "badge")
    for endpoint in _endpoints(tree):
        made[f"badges/{endpoint.replace(':', '-')}.json"] = report.render(_only(tree, endpoint), "badge")
    if history is not None:
        lines = report.history.render(report.history.timeline(history))
        body = f"<h1>From run to run</h1><pre>{escape(lines)}</pre>"
        made["history.html"] = _page("What changed from run to run", body)
    made["index.html"] = _page("The drift board", _index(tree, made))
    return made


def _index(tree: Tree, made: Iterable[str]) -> str:
    contracts = list(dict.fromkeys(pair["contract"] for pair in tree["pairs"]))
    outcomes = {(pair["endpoint"], pair["contract"]): pair["outcome"] for pair in tree["pairs"]}
    rows = [_row("th", ["endpoint", *contracts])]
    rows += [
        _row("td", [endpoint, *(outcomes.get((endpoint, name), "") for name in contracts)])
        for endpoint in _endpoints(tree)
    ]
    links = [f'<li><a href="{escape(path)}">{escape(path)}</a>' for path in made]
    return (
        f"<h1>The drift board</h1><p>As of {escape(str(tree['finished']))}.</p>"
        f"<table>{''.join(rows)}</table><h2>More</h2><ul>{''.join(links)}</ul>"
    )


def _row(cell: str, texts: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{cell}>{escape(text)}</{cell}>' for text in texts)}</tr>"


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=escape(title), body=body)


def _markdown(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def _endpoints(tree: Tree) -> list[str]:
    return list(dict.fromkeys(pair["endpoint"] for pair in tree["pairs"]))


def _only(tree: Tree, endpoint: str) -> Tree:
    """What a report says of one endpoint."""
    kept: dict[str, Any] = {
        key: [one for one in tree[key] if one["endpoint"] == endpoint] for key in ("pairs", "findings", "drift")
    }
    outcomes = {pair["outcome"] for pair in kept["pairs"]}
    code = 1 if "drift" in outcomes else 2 if "could-not-check" in outcomes or not tree["complete"] else 0
    return cast("Tree", {**tree, **kept, "exit_code": code})


def main(arguments: Sequence[str]) -> int:
    """The command; see the module. Returns the exit code."""
    reports, site = map(Path, arguments)
    history = reports / HISTORY
    there = history if history.is_file() else None
    for path, text in pages(report.read(reports / "drift.json"), there).items():
        write(site / path, text.encode())
    if there is not None:
        shutil.copyfile(there, site / HISTORY)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
