"""The report as one self-contained HTML page: complete without scripts, which only filter, copy and save."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import orjson

from conformance.report import summary
from conformance.report.page.markup import Html, join, tag
from conformance.report.page.pairs import pairs
from conformance.report.page.tables import coverage, history, matrix, notes, side, stale
from conformance.report.tree import Tree
from conformance.report.words import Say

_PARTS: Mapping[str, Callable[[Tree, Say], Html]] = {
    "matrix": matrix,
    "notes": notes,
    "findings": pairs,
    "stale": stale,
    "side-by-side": side,
    "history": history,
    "coverage": coverage,
}
"""The page from top to bottom; a part that has nothing to say is left out."""

_HTML_LANG = {"en": "en", "zh": "zh-CN"}
_SCRIPT_DATA = "<>&\u2028\u2029"
"""Characters that JSON within HTML is better without."""


def render(tree: Tree, say: Say) -> str:
    """The page. Nothing is loaded from elsewhere, and its policy forbids all but its own style and script."""
    page = tag("html", _head(tree, say), Html("\n"), _body(tree, say), lang=_HTML_LANG[say.lang])
    return f"<!DOCTYPE html>\n{page}\n"


def _head(tree: Tree, say: Say) -> Html:
    style, script = _asset("style.css"), _asset("script.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name_="color-scheme", content="light dark"),
        tag("title", f"{say('title')}{say('colon')}{summary.total(tree, say)}"),
        tag("style", style),
    )


def _body(tree: Tree, say: Say) -> Html:
    parts = {name: part for name, render_part in _PARTS.items() if (part := render_part(tree, say))}
    return tag(
        "body",
        tag("a", say("skip"), class_="skip", href="#findings"),
        _header(tree, say, [name for name in parts if name != "notes"]),
        tag("main", join(*parts.values(), between=Html("\n"))),
        tag("script", _inert_json(tree), type="application/json", id="report"),
        tag("script", _asset("script.js")),
    )


def _header(tree: Tree, say: Say, parts: Iterable[str]) -> Html:
    return tag(
        "header",
        tag("h1", say("title")),
        tag("p", f"{summary.total(tree, say)} · {summary.when(tree['started'], tree['finished'], say)}", class_="sub"),
        tag("button", say("save-json"), type="button", id="save", hidden=True),
        tag("nav", *(tag("a", say(name), href=f"#{name}") for name in parts), aria_label=say("parts")),
    )


def _inert_json(tree: Tree) -> Html:
    """JSON that no HTML parser finds an end tag or a comment in."""
    text = orjson.dumps(tree).decode()
    for character in _SCRIPT_DATA:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Html(text)


@cache
def _asset(name: str) -> Html:
    return Html((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
