"""Foreign text made harmless: no control or invisible characters, bounded, quoted for the place where it stands."""

import re
from typing import Any

import orjson

MAX_TEXT = 400
"""Characters of one foreign value that a report shows; the JSON keeps all of it."""

_COMMAND = re.compile(r"##(?=\[)")


def visible(text: str) -> str:
    """Text on one line in which every control, invisible or direction-changing character is written as an escape."""
    return text if text.isprintable() else "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character.isprintable() or character == "\u3000":
        return character
    code = ord(character)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def clip(text: str, limit: int = MAX_TEXT) -> str:
    """Visible text of at most `limit` characters, with a note of how many are missing."""
    return visible(text) if len(text) <= limit else f"{visible(text[:limit])}… (+{len(text) - limit})"


def plain(value: Any) -> str:
    """A value on one line: a text as it is, anything else as JSON."""
    return clip(value if isinstance(value, str) else orjson.dumps(value).decode())


def code_span(text: str) -> str:
    """A Markdown code span that holds any text, in table cells as well."""
    text = visible(text).replace("|", "\\|") or " "
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    pad = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def code_block(text: str, language: str = "") -> str:
    """A fenced Markdown block that holds any text of any number of lines."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    body = "\n".join(map(visible, text.split("\n")))
    return f"{fence}{language}\n{body}\n{fence}"


def markdown(text: str) -> str:
    """Plain text in Markdown: no markup, mention, reference or link comes of it."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+!|~&$-])", r"\\\1", clip(text, 2 * MAX_TEXT))
    return re.sub(r"(@|(?<=http)|(?<=https)|(?<=www))(?=[\w:.])", r"\1<!-- -->", escaped)


def no_commands(line: str) -> str:
    """A printed line that no CI system takes for a command (`::error::`, `##[error]`)."""
    line = _COMMAND.sub("##\u00b7", line)
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}: {bare[1:]}" if bare.startswith("::") else line
