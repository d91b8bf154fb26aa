"""Pages that no program can read: what counts as a change of them, and what does not."""

from datetime import date

import pytest

from scripts.pages import PageError
from scripts.watched import Watched, restate_watched, said, watched_pages

PAGE = """<!doctype html><html><head><title>Batch</title><script>var built = 17;</script></head><body>
<nav><a href="/">Home</a> <a href="/new">New!</a></nav>
<main><h1>Batch</h1><p>At most <b>5000</b> lines a file.</p><time>2026-11-24</time></main>
<footer>Was this page helpful? Last updated 3 days ago</footer></body></html>"""

SAME = [
    ("Home", "Start"),
    ("var built = 17", "var built = 18"),
    ("2026-11-24", "2026年11月25日"),
    ("3 days ago", "an hour ago"),
    ("helpful?", "useful?"),
    ("<p>At most", "<p>\n  At   most"),
    ("<h1>Batch</h1>", "<div><h1 class='x'>Batch</h1></div>"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_stands_around_the_text_is_no_change(old: str, new: str) -> None:
    """Menus, scripts, dates and layout may change every day."""
    assert old in PAGE
    assert said(PAGE.replace(old, new).encode()) == said(PAGE.encode())


@pytest.mark.parametrize(("old", "new"), [("5000", "2000"), ("lines a file", "lines"), ("At most", "At least")])
def test_what_a_page_says_is_a_change(old: str, new: str) -> None:
    """A number, a word less, another word."""
    assert said(PAGE.replace(old, new).encode()) != said(PAGE.encode())


def test_a_page_that_is_not_text_is_refused() -> None:
    """One line with the byte."""
    with pytest.raises(PageError, match="not UTF-8 text"):
        said(b"\xff\xfe")


TOML = """# Sources.

[[watched]]
# The guide.
address = "https://docs.example/guide"

[[watched]]
address = "https://docs.example/other"
kept = 2026-01-01
sha256 = "00"
"""


def test_a_hash_is_kept_with_its_day_and_comments_stay() -> None:
    """Only the entry whose page says something new changes."""
    text = restate_watched(
        TOML, {"https://docs.example/guide": "11", "https://docs.example/other": "00"}, date(2026, 2, 3)
    )

    assert watched_pages(text, "x") == (
        Watched("https://docs.example/guide", date(2026, 2, 3), "11"),
        Watched("https://docs.example/other", date(2026, 1, 1), "00"),
    )
    assert "# The guide." in text


def test_nothing_new_leaves_the_text_as_it_is() -> None:
    """Not a byte."""
    assert restate_watched(TOML, {"https://docs.example/other": "00"}, date(2026, 2, 3)) == TOML


def test_an_entry_that_is_none_is_one_line() -> None:
    """The file is named."""
    with pytest.raises(PageError, match=r"^sources.toml: not a list of watched pages"):
        watched_pages('[[watched]]\nwhere = "x"\n', "sources.toml")
