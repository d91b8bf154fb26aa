"""How a value is called in a message of one line."""

import orjson

_KINDS = {type(None): "missing or null", bool: "a boolean", int: "a number", float: "a number", list: "an array"}


def kind(value: object) -> str:
    """What kind of JSON value it is."""
    if isinstance(value, str | list) and not value:
        return "an empty string" if isinstance(value, str) else "an empty array"
    if isinstance(value, str):
        return "a string"
    return "an object" if isinstance(value, dict) else _KINDS.get(type(value), type(value).__name__)


def short(value: object) -> str:
    """A value as an offence shows it: JSON, cut to a length that fits a line."""
    text = orjson.dumps(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"
