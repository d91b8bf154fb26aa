"""What rows of drift may say of a payload: nothing secret or personal, and the same in every run.

What a contract writes down at a place stays there. A value that is foreign to the contract is shown only where the
contract lists values, and only if it is a word of an API by its form; elsewhere its type and length tell it.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote_plus

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_SHORT_NUMBER = re.compile(r"\s{0,4}[-+]?[0-9.]{1,7}(?:[eE][-+]?[0-9]{1,4})?\s{0,4}")
_DURATION = re.compile(r"[0-9]{1,4}[smhdw]")
_SECRET = re.compile(
    r"^(?:sk|pk|rk|key|token|bearer|ghp|gho|github_pat|glpat|xox[a-z]|akia|asia|eyj)[-_.]?[A-Za-z0-9_.-]{8,}"
    r"|[-_.](?:sk|ghp|gho|xox[a-z]|akia|eyj)[-_.]?[A-Za-z0-9_.-]{8,}"
    r"|(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{12,}"
    r"|[0-9]{6,}"
    r"|[A-Za-z0-9]{28,}",
    re.IGNORECASE,
)
_STANDS = re.compile(r"<string:([0-9]{1,9}) [0-9a-f]{20}>x*")
_LARGE = 1_000_000
"""Whole numbers from here on are told by their type: one may be somebody's."""

_TYPES = {str: "string", int: "integer", float: "number", list: "array"}
_LEAST_SECRET = 4
"""Characters of the shortest credential that is looked for: shorter ones stand in any word."""

MEDIA_TYPES = frozenset(
    {
        *("application/json", "application/problem+json", "application/vnd.api+json", "application/json-seq"),
        *("application/jsonl", "application/x-ndjson", "application/x-jsonlines", "application/ndjson"),
        *("application/xml", "application/problem+xml", "application/octet-stream", "application/pdf"),
        *("application/gzip", "application/zip", "application/x-www-form-urlencoded", "application/javascript"),
        *("text/plain", "text/html", "text/css", "text/csv", "text/xml", "text/event-stream", "text/markdown"),
        *("text/jsonl", "multipart/form-data", "multipart/mixed", "image/png", "image/jpeg", "audio/mpeg", "video/mp4"),
        "*/*",
    }
)
"""Media types that say nothing of anybody."""
KINDS = frozenset({"application", "audio", "font", "image", "message", "model", "multipart", "text", "video", "*"})


def length(text: str) -> int:
    """How long a string is, or was before a recording was masked."""
    stands = _STANDS.fullmatch(text)
    return min(int(stands[1]), len(text)) if stands else len(text)


def is_word(text: str) -> bool:
    """Whether a string is by its form a word of an API, or a duration, that may be shown where values are listed."""
    return bool(_DURATION.fullmatch(text)) or is_token(text)


def is_duration(text: str) -> bool:
    """Whether a string is a number with a unit of time."""
    return bool(_DURATION.fullmatch(text))


def is_token(text: str) -> bool:
    """Whether a string is by its form a name that an API gives."""
    return bool(_TOKEN.fullmatch(text)) and not _SECRET.search(text)


def is_large(number: float) -> bool:
    """Whether a number is told by its type only, where it is foreign to the contract."""
    return not -_LARGE < number < _LARGE


HIDDEN_WORD = "<string>"
"""What stands in rows for a string that is no word of an API."""


def shown_word(value: object) -> str:
    """A value where a contract lists values, fit for reports and for `known-drift.toml`; else its type in brackets."""
    match value:
        case str() if is_word(value):
            return value
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int() if not is_large(value):
            return str(value)
    return f"<{_TYPES.get(type(value), 'object')}>"


def is_short_number(text: str) -> bool:
    """Whether a text is a number that is too short to be anybody's."""
    return bool(_SHORT_NUMBER.fullmatch(text))


def shown_string(text: str) -> str:
    """A string of which only the length may be told."""
    return f"<string:{length(text)}>"


def is_name(name: str) -> bool:
    """Whether a property's name, as the other side made it up, may be shown; a leading underscore is common."""
    return is_token(name.removeprefix("_"))


def shown_media_type(declared: str) -> str:
    """A media type without parameters, in lower case: one that many know, or its kind only."""
    if declared in MEDIA_TYPES:
        return declared
    kind, slash, _ = declared.partition("/")
    suffix = "+json" if declared.endswith("+json") else ""
    return f"{kind if kind in KINDS else '…'}/…{suffix}" if slash else "(no media type)"


def holds(text: str, credentials: Iterable[str]) -> bool:
    """Whether a text holds one of the credentials, as it is or in an encoding; none of which is shorter than it."""
    bare = [_bare(one) for one in credentials if len(one) >= _LEAST_SECRET]
    sought = [one for one in bare if one and len(one) <= len(text)]
    return bool(sought) and any(one in spelled for spelled in _spellings(text) for one in sought)


def _spellings(text: str) -> Iterator[str]:
    """A text, and what it is decoded."""
    yield _bare(text)
    yield _bare(text[::-1])
    plain = unquote_plus(text)
    yield _bare(plain)
    joined = re.sub(r"\s", "", plain)
    for start in range(4):
        yield _bare(_base64(joined[start:]))
    yield _bare(_hex(joined))


@lru_cache(maxsize=1000)
def _bare(text: str) -> str:
    """Without case, white space and punctuation, which headers and names do not keep."""
    return re.sub(r"[\W_]", "", text).casefold()


def _base64(text: str) -> str:
    usable = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/"))
    usable = usable[: len(usable) - (len(usable) % 4 == 1)]
    try:
        return base64.b64decode(usable + "=" * (-len(usable) % 4)).decode("utf-8", "ignore")
    except (binascii.Error, ValueError):
        return ""


def _hex(text: str) -> str:
    usable = re.sub(r"[^0-9A-Fa-f]", "", text)
    return bytes.fromhex(usable[: len(usable) // 2 * 2]).decode("utf-8", "ignore")
