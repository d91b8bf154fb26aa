"""What stands for a string where equality matters, in examples and in recordings.

Pseudonyms are keyed: without the key, which a run throws away, nobody finds out by trying what they stand for.
"""

import hmac
import secrets
import stat
from collections.abc import Collection
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen

from conformance.errors import UserError
from conformance.masking import KINDS, MEDIA_TYPES, length

LEAST_KEY = 16
"""Bytes that a file with a key must hold at least."""
_MOST_KEY = 65_536


class MaskKeyError(UserError):
    """The file with the key of the pseudonyms cannot be used; the message is one line."""


OPEN_KEY = b"what a simulator says is nobody's"
"""For simulators: their reports are the same in every run."""


def new_key() -> bytes:
    """A key of a run's own."""
    return secrets.token_bytes(32)


@cache
def run_key() -> bytes:
    """The key of this run: that of the process, where none is given."""
    return new_key()


def read_key(path: Path) -> bytes:
    """The key in a file; pseudonyms made with it can be compared.

    Raises:
        MaskKeyError: it cannot be read, is no plain file, or holds less than LEAST_KEY bytes.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise MaskKeyError(f"{path}: a key is a plain file of at least {LEAST_KEY} bytes")
        with path.open("rb") as stream:
            found = stream.read(_MOST_KEY + 1)
    except (OSError, ValueError) as error:
        raise MaskKeyError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if not LEAST_KEY <= len(found) <= _MOST_KEY:
        size = f"{len(found)} bytes" if len(found) <= _MOST_KEY else f"more than {_MOST_KEY}"
        raise MaskKeyError(f"{path}: a key has {LEAST_KEY} to {_MOST_KEY} bytes, this file {size}")
    return sha256(found).digest()


@frozen
class Pseudonyms:
    """What stands for strings: always the same for the same, under one key."""

    key: bytes = field(factory=run_key, repr=False)

    def digest(self, data: str | bytes) -> str:
        """64 hexadecimal digits."""
        plain = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        return hmac.digest(self.key, plain, "sha256").hex()

    def short(self, text: str) -> str:
        """For people to read: `<string:48 5ad7c0de>`; the empty string stays."""
        return f"<string:{length(text)} {self.digest(text)[:8]}>" if text else text

    def long(self, text: str) -> str:
        """For recordings, which are judged again: as long as the string at least, and never the same for two."""
        return f"<string:{length(text)} {self.digest(text)[:20]}>".ljust(len(text), "x") if text else text


def alike(text: str, digest: str) -> str:
    """Letters for letters and digits for digits, by a digest of the text; all else that is ASCII stays."""
    return "".join(_other(one, int(digest[index % len(digest)], 16)) for index, one in enumerate(text))


@lru_cache(maxsize=4096)
def _other(one: str, number: int) -> str:
    if one.isdigit():
        return str(number % 10)
    if one.isalpha() or not one.isascii():
        return chr((ord("A") if one.isupper() else ord("a")) + number)
    return one


def masked_media_type(declared: str, known: Collection[str], names: Pseudonyms) -> str:
    """A media type that is judged as this one is: of the same kind, JSON or not."""
    if declared in MEDIA_TYPES or declared in known or not declared:
        return declared
    kind, slash, _ = declared.partition("/")
    suffix = "+json" if declared.endswith("+json") else ""
    stands = f"x-{names.digest(declared)[:12]}{suffix}"
    return f"{kind if kind in KINDS else 'x-other'}/{stands}" if slash else stands
