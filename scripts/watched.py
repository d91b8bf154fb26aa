"""Pages that a contract cites and no program can read: watched by the hash of what they say, so that somebody looks.

`sources.toml` lists each as `[[watched]]`: `address`, and once it was seen, `kept` and `sha256`; `at`, where something
else is read for it, since the address itself says something new every day. Hashed are the words of the page's main part
in their order; menus, headers and footers, scripts and dates are left out.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import tomlkit
from attrs import evolve, frozen

from scripts.fetch import FetchError
from scripts.html_text import main_text
from scripts.pages import MARK, PageError, Taken, is_html

_DATE = re.compile(
    r"\b\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|\b(?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?:\d{1,2}, )?\d{4}\b"
    r"|\b(?:a|an|one|\d+) (?:second|minute|hour|day|week|month|year)s? ago\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+|[^\w\s]")


@frozen
class Watched:
    """One page; `sha256` is None until it has been seen."""

    address: str
    kept: date | None = None
    sha256: str | None = None
    at: str | None = None
    etag: str | None = None
    modified: str | None = None

    @property
    def read_at(self) -> "Watched":
        """The same, by the address that is read."""
        return evolve(self, address=self.at or self.address)

    @property
    def file(self) -> str:
        """What a saved one is called: its address, with a hyphen for what no file's name should have."""
        return re.sub(r"[^\w.]+", "-", self.address.partition("://")[2]).strip("-")


@frozen
class Looked:
    """What a look at watched pages found: files to be written, what changed, and what could not be had, a line each."""

    files: Mapping[str, bytes]
    changed: tuple[str, ...]
    missed: tuple[str, ...]


def watched_pages(toml: str, name: str) -> tuple[Watched, ...]:
    """The watched pages that the text of a `sources.toml` lists; `name` stands in messages.

    Raises:
        PageError: an entry is not as it should be.
    """
    try:
        pages = tuple(Watched(**entry) for entry in tomllib.loads(toml).get("watched", ()))
    except (TypeError, ValueError) as error:
        raise PageError(f"{name}: not a list of watched pages: {error}") from None
    addresses = [page.address for page in pages]
    for address in addresses:
        if not re.match(r"https?://[\w.]", str(address)) or addresses.count(address) > 1:
            raise PageError(f"{name}: not a list of watched pages: {str(address)[:80]!r} is no address, or there twice")
    return pages


def look(root: Path, files: Mapping[str, bytes | None], take: Callable[[Watched], Taken | None], today: date) -> Looked:
    """Look at every watched page that a checkout lists, whatever becomes of the others.

    Args:
        root: The checkout.
        files: What is to be written of it already, by path from the root.
        take: Gives a page; None where there is none to be had and none is missed.
        today: When this is.

    Raises:
        PageError: a `sources.toml` is not as it should be.
    """
    changed: list[str] = []
    missed: list[str] = []
    anew: dict[str, bytes] = {}
    for path in sorted((root / "specs/sources").glob("*/sources.toml")):
        name = path.relative_to(root).as_posix()
        text = (files.get(name) or path.read_bytes()).decode()
        seen: dict[str, tuple[str, Mapping[str, str | None]]] = {}
        for page in watched_pages(text, name):
            try:
                came = take(page)
                if came is None or came.content is None:
                    continue
                digest = said(came.content)
            except FetchError as error:
                missed.append(str(error))
            except PageError as error:
                missed.append(f"{page.address}: {error}")
            else:
                seen[page.address] = digest, came.marks
                changed += [page.address] if page.sha256 not in {None, digest} else []
        anew[name] = restate_watched(text, seen, today).encode()
    return Looked(anew, tuple(changed), tuple(missed))


def said(content: bytes) -> str:
    """The hash of what a page says.

    Raises:
        PageError: it is not text.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise PageError(f"not UTF-8 text (byte {error.start})") from None
    words = _WORD.findall(_DATE.sub(" ", main_text(text) if is_html(text) else text))
    return sha256(" ".join(words).encode()).hexdigest()


def restate_watched(toml: str, seen: Mapping[str, tuple[str, Mapping[str, str | None]]], today: date) -> str:
    """The text of a `sources.toml` with the hashes and marks of pages that say something new, by address."""
    document = tomlkit.parse(toml)
    changed = False
    for entry in document.get("watched", ()):
        digest, marks = seen.get(entry["address"], (None, {}))
        if digest is not None and digest != entry.get("sha256"):
            for key in ("etag", "modified"):
                entry.pop(key, None)
            entry["kept"], entry["sha256"] = today, digest
            entry.update({key: mark for key, mark in marks.items() if mark and MARK.fullmatch(mark)})
            changed = True
    return tomlkit.dumps(document) if changed else toml
