"""Keeping the key out of all that is said: errors, what they hang on, and logs, however an endpoint repeats it."""

from __future__ import annotations

import base64
import logging
import re
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from batch_client.drift import is_array, is_object
from batch_client.errors import BatchError
from batch_client.model import Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HIDDEN = "<key>"
SHORT = 8
"""Characters below which a key is hidden as it is and no other way: too much else would look like it."""
DEEPEST = 60
"""Levels of JSON data that errors carry."""
_GAP = r"(?:[\s\0\u200b\u00ad]|\\+(?:x00|u0000|[rnt])){0,2}"
"""What may stand between two characters where a text was broken up, or is UTF-16 read as something else."""
_LOGGERS = (
    "batch_client",
    "httpx",
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
)


class Veiled(str):
    """A text that is used as any other, and that no `repr`, and so no traceback with its variables, shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(HIDDEN)


def veiled(given: Any) -> Any:
    """A text as a `Veiled` one; anything else as it is."""
    return Veiled(given) if isinstance(given, str) else given


class Secret:
    """Texts to be hidden: as they are, in other case, broken up, escaped, in hexadecimal, in base64, and the half."""

    def __init__(self, *texts: str) -> None:
        """Know the texts; logs are watched for as long as this is held."""
        self._texts = tuple(dict.fromkeys(filter(None, texts)))
        self._found: re.Pattern[str] | None = None
        _watch(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def hide(self, value: Any, _level: int = 0) -> Any:
        """A text, JSON data, a model or an error without them; the very same where they are not in it."""
        if isinstance(value, str):
            return self._text(value)
        if _level > DEEPEST:
            return "…" if isinstance(value, (dict, list, tuple)) else value
        if is_object(value):
            return {self.hide(name): self.hide(item, _level + 1) for name, item in value.items()}
        if is_array(value) or isinstance(value, tuple):
            items = [self.hide(item, _level + 1) for item in cast("Iterable[Any]", value)]
            return tuple(items) if isinstance(value, tuple) else items
        if isinstance(value, Model):
            hidden = self.hide(value.wire)
            return value if hidden == value.wire else type(value).from_dict(hidden)
        return self.cleaned(value) if isinstance(value, BatchError) else value

    def cleaned(self, error: BatchError) -> BatchError:
        """An error that holds none of them, nor anything that could: no frame that had them, no error of others."""
        error.args = self.hide(error.args)
        for name, value in vars(error).items():
            setattr(error, name, self.hide(value))
        cause = error.__cause__
        error.__context__ = None
        error.__cause__ = self.cleaned(cause) if isinstance(cause, BatchError) else None
        return error.with_traceback(None)

    def _text(self, text: str) -> str:
        if not self._texts:
            return text
        if self._found is None:
            self._found = re.compile("|".join(form for one in self._texts for form in _forms(one)))
        return self._found.sub(HIDDEN, text) if self._found.search(text) else text


def _forms(key: str) -> Iterator[str]:
    """Patterns of how a key may be written."""
    if len(key) < SHORT:
        yield re.escape(key)
        return
    forms = [_GAP.join(map(_character, key)), re.escape(key[::-1])]
    raw = key.encode()
    forms += [r"[\s:-]?".join(f"{byte:02x}" for byte in raw)]
    for skipped in range(3):  # base64 of something that the key stands in
        packed = base64.b64encode(bytes(skipped) + raw).rstrip(b"=").decode()
        core = packed[-(-skipped * 8 // 6) : (skipped + len(raw)) * 8 // 6]
        forms += [r"\s{0,2}".join(re.escape(one) for one in way) for way in {core, core.translate(_URL_SAFE)}]
    enough = max(SHORT, (len(key) + 1) // 2)
    for start in range(len(key) - enough + 1):
        rest = ""
        for one in reversed(key[start + enough :]):
            rest = f"(?:{re.escape(one)}{rest})?"
        forms.append(re.escape(key[start : start + enough]) + rest)
    yield from (f"(?i:{form})" for form in forms)


_URL_SAFE = str.maketrans("+/", "-_")


def _character(one: str) -> str:
    """A character, or one of the ways to escape it."""
    code = f"{ord(one):x}"
    return (
        f"(?:{re.escape(one)}|%(?:25)*{code:0>2}|\\\\+u\\{{?{code:0>4}\\}}?|\\\\+x{code:0>2}"
        f"|&(?:amp;)*#0*{ord(one)};?|&(?:amp;)*#x0*{code};?)"
    )


_watched: WeakSet[Secret] = WeakSet()


class _Hiding(logging.Filter):
    """Keeps what is watched out of records."""

    def filter(self, record: logging.LogRecord) -> bool:
        """All pass, some changed."""
        said = hidden = record.getMessage()
        for secret in tuple(_watched):
            hidden = secret.hide(hidden)
        if hidden != said:
            record.msg, record.args = hidden, None
        return True


_hiding = _Hiding()


def _watch(secret: Secret) -> None:
    """The HTTP libraries log what comes, at level debug the head of an answer."""
    _watched.add(secret)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_hiding)


def credentials(headers: Mapping[str, str]) -> list[str]:
    """What gives access in headers: the last word of their values."""
    return [value.rpartition(" ")[2] for name, value in headers.items() if _GIVES_ACCESS.search(name)]


_GIVES_ACCESS = re.compile(r"auth|key|token|secret|cookie|password", re.IGNORECASE)
