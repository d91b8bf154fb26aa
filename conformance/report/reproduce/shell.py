"""Words of a shell command, for any shell that POSIX describes: what is quoted stands for itself, whatever it holds."""

import base64
import re
import shlex
from collections.abc import Mapping

_IN_DOUBLE = re.compile(r'[\\"$`!]')
"""What a shell may read between double quotes, or an interactive one."""


def word(text: str, variables: Mapping[str, str] | None = None) -> str:
    """One word of a command; of the texts that stand for a variable, by its name, the variable."""
    pieces = _pieces(text, variables or {})
    if len(pieces) == 1:
        return shlex.quote(text)
    if not any(_IN_DOUBLE.search(piece) for piece in pieces[::2]):
        return '"' + "".join(_named(pieces, number) if number % 2 else one for number, one in enumerate(pieces)) + '"'
    return "".join(f'"${one}"' if number % 2 else one and shlex.quote(one) for number, one in enumerate(pieces))


def _named(pieces: list[str], number: int) -> str:
    """A variable, in braces where what follows could be read as part of its name."""
    follows = pieces[number + 1][:1]
    return f"${{{pieces[number]}}}" if re.match(r"\w", follows) else f"${pieces[number]}"


def _pieces(text: str, variables: Mapping[str, str]) -> list[str]:
    """Text, the name of a variable, text, and so on."""
    texts = sorted(filter(None, variables), key=len, reverse=True)
    if not texts:
        return [text]
    pieces = re.split(f"({'|'.join(map(re.escape, texts))})", text)
    return [variables[one] if number % 2 else one for number, one in enumerate(pieces)]


def is_plain(body: bytes) -> bool:
    """Whether a body can be written down on one line as it is."""
    try:
        return body.decode().removesuffix("\n").isprintable()
    except UnicodeDecodeError:
        return False


def printed(body: bytes, variables: Mapping[str, str] | None = None) -> str:
    """A command that prints a body, to be piped into another."""
    if not is_plain(body):
        return f"printf %s {base64.b64encode(body).decode()} | base64 -d"
    text = body.decode()
    form = r"'%s\n'" if text.endswith("\n") else "%s"
    return f"printf {form} {word(text.removesuffix(chr(10)), variables)}"
