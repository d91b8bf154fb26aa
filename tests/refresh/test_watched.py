"""Pages that no program can read: what counts as a change of them, and what does not."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conformance.document import read
from scripts.committed import ROOT
from scripts.pages import PageError, parse_pages
from scripts.watched import Watched, restate_watched, said, watched_pages
from tests.refresh.conftest import Refresh, Site

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
    seen = {"https://docs.example/guide": ("11", {"etag": '"1"'}), "https://docs.example/other": ("00", {})}

    text = restate_watched(TOML, seen, date(2026, 2, 3))

    assert watched_pages(text, "x") == (
        Watched("https://docs.example/guide", date(2026, 2, 3), "11", etag='"1"'),
        Watched("https://docs.example/other", date(2026, 1, 1), "00"),
    )
    assert "# The guide." in text


def test_nothing_new_leaves_the_text_as_it_is() -> None:
    """Not a byte."""
    assert restate_watched(TOML, {"https://docs.example/other": ("00", {})}, date(2026, 2, 3)) == TOML


@pytest.mark.parametrize(
    "toml",
    [
        '[[watched]]\nwhere = "x"\n',
        '[[watched]]\naddress = "somewhere"\n',
        "[[watched]]\naddress = 5\n",
        "watched = 5\n",
        TOML + '[[watched]]\naddress = "https://docs.example/guide"\n',
    ],
)
def test_an_entry_that_is_none_is_one_line(toml: str) -> None:
    """The file is named; so is what is listed twice."""
    with pytest.raises(PageError, match=r"^sources.toml: not a list of watched pages: [^\n]+$"):
        watched_pages(toml, "sources.toml")


def cited() -> set[str]:
    """Every address that an `x-source` of a contract, a source or an overlay names, in its ref or its note."""
    folder = ROOT / "specs"
    found: set[str] = set()
    for path in [*folder.glob("*.yaml"), *folder.glob("overlays/*.yaml"), *folder.glob("sources/*/*.yaml")]:
        for source in _sources(read(path).data):
            found |= {one.rstrip(".,;)") for one in re.findall(r"https?://[^\s'\"]+", f"{source}".replace("'", " "))}
    return found


def _sources(node: Any) -> Iterator[Any]:
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key == "x-source":
            yield child
        yield from _sources(child)


def test_every_address_that_is_cited_is_fetched_or_watched() -> None:
    """Each stands in a sources.toml; a page that is kept may be cited without the ending that its text is had by."""
    listed: set[str] = set()
    for path in (ROOT / "specs/sources").glob("*/sources.toml"):
        text = path.read_text(encoding="utf-8")
        listed |= {page.address.removesuffix(".md") for page in parse_pages(text, path.name)}
        listed |= {page.address for page in watched_pages(text, path.name)}

    assert {one.removesuffix(".md") for one in cited()} - listed == set()
    assert {path.stem for path in (ROOT / "specs").glob("*.yaml")} == {
        path.parent.name for path in (ROOT / "specs/sources").glob("*/sources.toml")
    }


def watch(checkout: Path, provider: str, *addresses: str) -> Path:
    """List watched pages of a provider."""
    path = checkout / f"specs/sources/{provider}/sources.toml"
    text = path.read_text(encoding="utf-8").replace("watched = []", "")
    path.write_text(text + "".join(f'\n[[watched]]\naddress = "{one}"\n' for one in addresses), encoding="utf-8")
    return path


def test_watched_pages_are_fetched_and_a_change_is_told(
    checkout: Path, site: Site, refresh: Refresh, tmp_path: Path
) -> None:
    """First sight is recorded; then only what the main text says counts, and an unchanged page costs no body."""
    toml = watch(checkout, "groq", f"{site.address}/guide.html")
    site.bodies["guide.html"], site.headers["guide.html"] = PAGE.encode(), {"ETag": '"1"'}

    assert refresh("--fetch") == (0, f"wrote {toml.relative_to(checkout)}\n", "nothing changed\n")
    (page,) = watched_pages(toml.read_text(encoding="utf-8"), "x")
    assert (page.sha256, page.etag) == (said(PAGE.encode()), '"1"')

    site.bodies["guide.html"] = PAGE.replace("5000", "2000").encode()
    assert refresh("--fetch") == (0, "", "nothing changed\n")  # the server says that it is the same
    site.headers["guide.html"] = {"ETag": '"2"'}
    code, _, told = refresh("--fetch", "--out", str(tmp_path))

    assert (code, told.splitlines()[0]) == (0, f"changed, look at it: {site.address}/guide.html")
    assert f"{site.address}/guide.html" in (tmp_path / "refresh.md").read_text(encoding="utf-8")
    assert refresh("--fetch") == (0, "", "nothing changed\n")
    site.headers["guide.html"], site.bodies["guide.html"] = (
        {},
        PAGE.replace("5000", "2000").replace("Home", "H").encode(),
    )
    assert refresh("--fetch") == (0, "", "nothing changed\n")


def test_a_watched_page_that_cannot_be_had_is_told_after_all_else(checkout: Path, site: Site, refresh: Refresh) -> None:
    """One line and exit 2; what the others say is kept all the same, and so is what was known of this one."""
    toml = watch(checkout, "kimi", f"{site.address}/gone.html", f"{site.address}/guide.html", f"{site.address}/odd")
    site.bodies["guide.html"], site.bodies["odd"] = PAGE.encode(), b"\xff"

    code, wrote, told = refresh("--fetch")

    assert (code, wrote) == (2, f"wrote {toml.relative_to(checkout)}\n")
    assert f"refresh_specs: {site.address}/gone.html: answered 404" in told
    assert f"refresh_specs: {site.address}/odd: not UTF-8 text (byte 0); all else is done" in told
    assert [page.sha256 for page in watched_pages(toml.read_text(encoding="utf-8"), "x")] == [
        None,
        said(PAGE.encode()),
        None,
    ]


def test_a_saved_watched_page_is_read_where_it_is_there(
    checkout: Path, site: Site, refresh: Refresh, tmp_path: Path
) -> None:
    """`--from DIR` knows it by its address; one that is not there is not missed."""
    toml = watch(checkout, "groq", "https://docs.example/a/guide?x=1", "https://docs.example/other")
    for name, body in {**site.bodies, "docs.example-a-guide-x-1": PAGE.encode()}.items():
        (tmp_path / name).write_bytes(body)

    assert refresh("--from", str(tmp_path)) == (0, f"wrote {toml.relative_to(checkout)}\n", "nothing changed\n")
    first, second = watched_pages(toml.read_text(encoding="utf-8"), "x")
    assert (first.sha256, second.sha256) == (said(PAGE.encode()), None)
