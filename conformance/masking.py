"""What may be shown of a payload: nothing secret or personal, and still every drift.

Types, null, booleans and numbers stay; so do values that a contract itself writes down. At enum and status places a
token that does not look like a secret is shown. Every other string becomes `<string:48 sha256:ab12>`: the same string,
the same pseudonym.
"""

import re
from collections.abc import Collection
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_SECRET = re.compile(
    r"^(?:sk|pk|rk|key|token|bearer|ghp|gho|github_pat|glpat|xox[a-z]|akia|asia|eyj)[-_.]?[A-Za-z0-9_.-]{8,}"
    r"|(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{12,}"
    r"|[A-Za-z0-9]{28,}",
    re.IGNORECASE,
)
_STANDS = re.compile(r"<string:([0-9]+) sha256:([0-9a-f]{4})[0-9a-f]*>x*")
_NUMERIC = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,6})?")
SHOWN_PLACES = frozenset({"status", "object", "purpose", "endpoint", "completion_window", "type"})
"""Names of fields whose values are words of the API, not of its users."""

SHOWN_PARAMETERS = frozenset({"limit", "order", "purpose"})
"""Names of query parameters of that kind."""


def is_token(text: str) -> bool:
    """Whether a string is a word of an API that may be shown."""
    return bool(_TOKEN.fullmatch(text)) and not _SECRET.search(text)


def pseudonym(text: str) -> str:
    """What stands for a string that is not shown; one that stands for another already, in a recording, stays."""
    if stands := _STANDS.fullmatch(text):
        return f"<string:{stands[1]} sha256:{stands[2]}>"
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"<string:{len(text)} sha256:{digest[:4]}>"


def shown_word(value: object) -> str:
    """A value at an enum, constant or status place, fit for reports and for `known-drift.toml`."""
    if isinstance(value, str):
        return value if is_token(value) else pseudonym(value)
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def shown_key(name: str) -> str:
    """A property's name as the other side sent it; a leading underscore is common."""
    return name if is_token(name.removeprefix("_")) else pseudonym(name)


def mask_json(value: Any, known: Collection[str], *, word: bool = False) -> Any:
    """A payload with the strings that are nobody's business replaced; `known` are strings that stay."""
    match value:
        case str():
            return value if value in known or (word and is_token(value)) else pseudonym(value)
        case dict():
            return {
                (key if key in known else shown_key(key)): mask_json(child, known, word=key in SHOWN_PLACES)
                for key, child in value.items()
            }
        case list():
            return [mask_json(child, known) for child in value]
    return value


def mask_url(url: str, known: Collection[str]) -> str:
    """A URL whose path steps and query values are known words, numbers or pseudonyms; user info is dropped."""
    parts = urlsplit(url)
    path = "/".join(_mask_step(step, known) for step in parts.path.split("/"))
    query = "&".join(_mask_pair(pair, known) for pair in parts.query.split("&")) if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, query, ""))


def _mask_step(step: str, known: Collection[str]) -> str:
    plain = (
        not step
        or step in known
        or _NUMERIC.fullmatch(step)
        or (is_token(step) and "_" not in step and "-" not in step)
    )
    return step if plain else quote(pseudonym(step), safe="<>:")


def _mask_pair(pair: str, known: Collection[str]) -> str:
    name, equals, value = pair.partition("=")
    plain = not value or value in known or _NUMERIC.fullmatch(value) or (name in SHOWN_PARAMETERS and is_token(value))
    return f"{quote(shown_key(name))}{equals}{value if plain else quote(pseudonym(value), safe='<>:')}"
