"""What tools write into recordings as plain values: texts, headers, statuses, bodies, each in several ways.

Of YAML a plain scalar stays the text that it is, so that a body `123` or `null` written without quotes is told from a
number; only data is resolved.
"""

import base64
import binascii
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from conformance.exchange import Headers
from conformance.lazy import Lazy

if TYPE_CHECKING:
    import yaml
else:
    yaml = Lazy("yaml")

_STATUS = re.compile(r"\s*([0-9]{3})(?![0-9])")
_SCALARS = ("null", "bool", "int", "float")


ROOT = ""
"""Stands for the name of a list that is a document of its own."""

UNREADABLE = object()
"""Stands for bytes whose base64 is broken."""


class PlainScalar(str):
    """A scalar of YAML that stands without quotes."""

    __slots__ = ()


def text(value: Any) -> str | None:
    """A scalar as text; None where it is null or no scalar."""
    if isinstance(value, PlainScalar):
        return None if _kind(value) == "null" else str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else None


def status(value: Any) -> int | None:
    """A status, be it a number, its text, or a text that begins with it (`200 OK`); None where it is none."""
    found = _STATUS.match(text(value) or "")
    return int(found[1]) if found else None


def headers(value: Any) -> Headers:
    """Headers: a mapping to texts or lists of texts, a list of pairs, or one of objects with name and value.

    Those that were blanked keep their names: that a credential was there is known all the same.
    """
    if isinstance(value, dict):
        return tuple((name, one) for name, given in value.items() for one in _texts(given))
    found = list[tuple[str, str]]()
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            found += [(text(one.get("name")) or "", each) for each in _texts(one.get("value"))]
        elif isinstance(one, list) and len(one) == 2:
            found += [(text(one[0]) or "", each) for each in _texts(one[1])]
    return tuple(found)


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) and value else [value]
    return [text(one) or "" for one in values]


def body(value: Any) -> bytes | None:
    """A body as text, as bytes, as the pieces of either, or as data; None where it is null.

    Raises:
        ValueError: it is data that is no JSON, or base64 that is none.
    """
    if value is UNREADABLE:
        raise ValueError("no base64")
    if isinstance(value, bytes):
        return value
    if isinstance(value, list) and value and all(isinstance(one, str | bytes) for one in value):
        return b"".join(body(one) or b"" for one in value)
    if isinstance(value, dict | list):
        return as_json(value)
    found = text(value)
    return None if found is None else found.encode("utf-8", "surrogatepass")


def as_json(value: Any) -> bytes:
    """Data as the JSON that it was read from.

    Raises:
        ValueError: it is too deep, or holds what JSON has not.
    """
    try:
        return orjson.dumps(_data(value))
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _data(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _data(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_data(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return _resolved(value) if isinstance(value, PlainScalar) else value


def from_base64(encoded: str) -> bytes | None:
    """What a text in base64, wrapped or not, stands for; None where it is none."""
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


@cache
def _resolver() -> "yaml.SafeLoader":
    return yaml.SafeLoader("")


def _kind(value: PlainScalar) -> str:
    """Which of YAML 1.1's scalars it is, as its writers resolve them; `str` for any other."""
    tag: str = _resolver().resolve(yaml.ScalarNode, str(value), (True, False))  # type: ignore[no-untyped-call]
    kind = tag.rpartition(":")[2]
    return kind if kind in _SCALARS else "str"


def _resolved(value: PlainScalar) -> Any:
    kind = _kind(value)
    node = yaml.ScalarNode(f"tag:yaml.org,2002:{kind}", str(value))
    found = getattr(_resolver(), f"construct_yaml_{kind}")(node)
    return found if not isinstance(found, int) or abs(found) < 1 << 63 else float(found)
