"""Pages that a contract cites and no program can read: watched by the hash of what they say, so that somebody looks.

`sources.toml` lists each as `[[watched]]`: `address`, and once it was seen, `kept` and `sha256`. Hashed are the words
of the page's main part in their order; menus, headers and footers, scripts and dates are left out.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

import tomlkit
from attrs import frozen

from scripts.html_text import main_text
from scripts.pages import PageError, is_html

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


def watched_pages(toml: str, name: str) -> tuple[Watched, ...]:
    """The watched pages that the text of a `sources.toml` lists; `name` stands in messages.

    Raises:
        PageError: an entry is not as it should be.
    """
    try:
        return tuple(Watched(**entry) for entry in tomllib.loads(toml).get("watched", ()))
    except (TypeError, ValueError) as error:
        raise PageError(f"{name}: not a list of watched pages: {error}") from None


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


def restate_watched(toml: str, seen: Mapping[str, str], today: date) -> str:
    """The text of a `sources.toml` with the hashes of pages that say something new, by address."""
    document = tomlkit.parse(toml)
    changed = False
    for entry in document.get("watched", ()):
        digest = seen.get(entry["address"])
        if digest is not None and digest != entry.get("sha256"):
            entry["kept"], entry["sha256"] = today, digest
            changed = True
    return tomlkit.dumps(document) if changed else toml
