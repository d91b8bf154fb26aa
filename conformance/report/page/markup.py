"""Pieces of HTML. What is not already `Html` is escaped wherever it is put, so that no foreign text becomes markup."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import TypeAlias

from conformance.report.text import visible


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Inner: TypeAlias = Html | str
_VOID = frozenset({"input", "meta"})


def html(inner: Inner) -> Html:
    """The inner text as markup: escaped, and without invisible characters, unless it is markup already."""
    return inner if isinstance(inner, Html) else _short(inner) if len(inner) < _SHORT else _escaped(inner)


def _escaped(text: str) -> Html:
    return Html(escape(visible(text)))


_SHORT = 200
_short = lru_cache(maxsize=10_000)(_escaped)
"""Labels, rules and places come back on every card of a page with thousands."""


def join(*parts: Inner, between: Inner = "") -> Html:
    """Parts one after the other."""
    return Html(html(between).join(map(html, parts)))


def tag(name: str, *inner: Inner, **attributes: str | bool) -> Html:
    """An element. Attributes are named as in HTML, `_` for `-`, one more `_` behind a reserved word."""
    written = "".join([_attribute(key, value) for key, value in attributes.items() if value is not False])
    body = "".join([html(one) for one in inner])
    return Html(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{body}</{name}>")


@lru_cache(maxsize=10_000)
def _attribute(key: str, value: str | bool) -> str:  # noqa: FBT001 - HTML's own kind of attribute
    name = key.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html(str(value))}"'


def code(text: str) -> Html:
    """A foreign word."""
    return tag("code", text)


def block(text: str) -> Html:
    """Lines of code with a scrollbar of their own, reachable by keyboard."""
    return tag("pre", join(*text.split("\n"), between=Html("\n")), tabindex="0")


def folded(title: str, *inner: Inner) -> Html:
    """Something to be opened by its title."""
    return tag("details", tag("summary", title), *inner)


def section(name: str, title: str, *inner: Inner) -> Html:
    """A part of the page; its heading can be linked to by name."""
    return tag("section", tag("h2", title, id=name, tabindex="-1"), *inner)


def table(caption: str, heads: Iterable[Inner], rows: Iterable[Html], css: str) -> Html:
    """A table with a caption for screen readers; `rows` hold the cells of a row each."""
    head = tag("thead", tag("tr", *(tag("th", one, scope="col") for one in heads)))
    body = tag("tbody", *(tag("tr", row) for row in rows))
    inner = tag("table", tag("caption", caption), head, body, class_=css)
    return tag("div", inner, class_="scroll", role="region", aria_label=caption, tabindex="0")
