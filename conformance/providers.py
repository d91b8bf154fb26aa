"""The providers, as `specs/providers.toml` lists them: a new one is a record there, and a contract."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

from conformance.specs import SpecsError, folders
from conformance.toml_lines import line_of

FILE = "providers.toml"
BEARER = "Authorization"
"""The header that carries a key as a Bearer token; any other carries it bare."""


@frozen(slots=False)
class Provider:
    """One provider.

    `client` is the package generated from its contract, `profile` the simulator's module; None: there is none.
    `base_urls` end without a slash; a `{blank}` in one stands for a part that the user knows.
    """

    name: str
    label: str
    base_urls: tuple[str, ...]
    key_variable: str
    contract: str
    key_header: str = BEARER
    client: str | None = None
    profile: str | None = None
    reference: bool = False
    """Whether its contract judges the others' endpoints too, unless contracts are named."""
    other_hosts: tuple[str, ...] = field(default=(), alias="hosts")

    @property
    def base_url(self) -> str:
        """The address that is asked unless the user names another."""
        return self.base_urls[0]

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Every host of the API, in lower case, each once; a blank in one stands for one label."""
        named = (urlsplit(url).netloc.lower().partition(":")[0] for url in self.base_urls)
        return tuple(dict.fromkeys((*named, *self.other_hosts)))

    def serves(self, host: str | None) -> bool:
        """Whether a host is one of the API's."""
        return any(re.fullmatch(_BLANK.sub("[^.]+", re.escape(one)), (host or "").lower()) for one in self.hosts)

    def authorization(self, key: str) -> tuple[str, str]:
        """The header that carries a key, name and value."""
        return self.key_header, f"Bearer {key}" if self.key_header == BEARER else key


_BLANK = re.compile(r"\\?\{[a-z_]+\\?\}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_URL = re.compile(r"https?://[A-Za-z0-9.{}_-]+(?::[0-9]+)?(?:/[^\s/?#]+)*")
_HOST = re.compile(r"[a-z0-9.{}_-]+")


def _text(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _texts(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(_text(pattern), value))


_REQUIRED = ("label", "base_urls", "key_variable", "contract")
_KEYS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "label": (_text(re.compile(r"\S(?:[^\r\n]*\S)?")), "a text"),
    "base_urls": (_texts(_URL), "a list of http or https addresses without a trailing slash"),
    "hosts": (_texts(_HOST), "a list of host names in lower case"),
    "key_variable": (_text(re.compile(r"[A-Za-z_][A-Za-z0-9_]*")), "the name of an environment variable"),
    "key_header": (_text(re.compile(r"[A-Za-z0-9-]+")), "the name of a header"),
    "contract": (_text(_NAME), "the name of a contract, specs/<contract>.yaml without folder and ending"),
    "client": (_text(re.compile(r"[a-z_][a-z0-9_]*")), "the name of a package"),
    "reference": (lambda value: isinstance(value, bool), "true or false"),
    "profile": (_text(re.compile(r"[a-z_][a-z0-9_]*")), "the name of a module"),
}


def read_providers(path: Path) -> Mapping[str, Provider]:
    """Read one list of providers, in its order.

    Raises:
        SpecsError: it is not TOML, or a record is not as it must be.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise SpecsError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise SpecsError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SpecsError(f"{path}: not TOML: {error}") from None
    return {name: _provider(path, text, name, table) for name, table in tables.items()}


def _provider(path: Path, text: str, name: str, table: Any) -> Provider:
    def wrong(what: str, key: str = "") -> SpecsError:
        return SpecsError(f"{path}:{line_of(text, name, key)}: {what}")

    if not isinstance(table, dict):
        raise wrong(f"{name}: a table is expected, [{name}] with the keys of a record below it", name)
    if not _NAME.fullmatch(name):
        raise wrong(f"[{name}]: a provider's name has lower-case letters, digits, - and _")
    for key, value in table.items():
        if key not in _KEYS:
            raise wrong(f"[{name}] {key}: no such key; there are {', '.join(_KEYS)}", key)
        fits, expected = _KEYS[key]
        if not fits(value):
            raise wrong(f"[{name}] {key}: {expected} is expected, not {value!r}", key)
    missing = [key for key in _REQUIRED if key not in table]
    if missing:
        raise wrong(f"[{name}] {', '.join(missing)}: missing")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Provider(name, **values)


class _Providers(Mapping[str, Provider]):
    """The records of every folder of specs, read when they are first asked for."""

    def __getitem__(self, name: str) -> Provider:
        return _read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_read())

    def __len__(self) -> int:
        return len(_read())


@cache
def _read() -> Mapping[str, Provider]:
    found: dict[str, Provider] = {}
    for folder in folders():
        if (folder / FILE).is_file():
            found = {**read_providers(folder / FILE), **found}
    return found


PROVIDERS: Mapping[str, Provider] = _Providers()
"""Every provider by its name; a user's own record goes before one of the project's with that name.

Raises, when it is first looked into:
    SpecsError: a list is not as it must be.
"""
