"""Drift accepted on record: each entry names exactly one drift, with its reason and source."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import islice, product
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import msgspec
from attrs import evolve, frozen
from msgspec import Meta, Struct

from conformance import files
from conformance.drift import Drift, Known
from conformance.errors import UserError
from conformance.rules import CATALOGUE
from conformance.toml_lines import line_of

DEFAULT_FILE = Path(__file__).parent / "known-drift.toml"
MAX_BYTES = 2_000_000
MAX_ENTRIES = 20_000
"""How many drifts a file may name, those that lists make counted one by one."""


class KnownDriftError(UserError):
    """The file of known drift is missing or wrong; the message is one line."""


@frozen
class Entry:
    """One accepted drift.

    `endpoint` is a provider (its simulator and live), or one endpoint; None for a contract's own drift.
    """

    endpoint: str | None
    contract: str
    rule: str
    operation: str | None
    status_code: int | None
    pointer: str
    value: str | None
    reason: str
    source: str
    until: str | None

    def covers_endpoint(self, endpoint: str | None) -> bool:
        """Whether the entry speaks of an endpoint."""
        if self.endpoint is None or endpoint is None:
            return self.endpoint is endpoint
        return endpoint == self.endpoint or endpoint.partition(":")[2] == self.endpoint

    def expired(self, today: date) -> bool:
        """Whether its time is over."""
        return self.until is not None and date.fromisoformat(self.until) < today


_Text: TypeAlias = Annotated[str, Meta(min_length=1)]
_Texts: TypeAlias = _Text | Annotated[list[_Text], Meta(min_length=1)]


class _Table(Struct, forbid_unknown_fields=True):
    """One [[known]] table, as it may stand in the file: a list stands for one drift each."""

    contract: _Texts
    rule: _Text
    reason: _Text
    source: _Text
    endpoint: _Text | None = None
    operation: _Texts | None = None
    status_code: int | Annotated[list[int], Meta(min_length=1)] | None = None
    pointer: str | Annotated[list[str], Meta(min_length=1)] = ""
    value: str | None = None
    until: date | None = None


_EXPECTED = {
    "contract": "the name of a contract, or a list of some",
    "rule": "the id of one rule (`batch-conformance rules` has them)",
    "reason": "a text that says why",
    "source": "a text that says where it is said",
    "endpoint": "the name of a provider, or of one endpoint",
    "operation": "the name of an operation, or a list of some",
    "status_code": "a number, or a list of some",
    "pointer": 'a place such as "/data/*/status", or a list of some',
    "value": "a text",
    "until": "a date like 2027-01-31",
}
"""What every key takes, in words."""
_MORE: Mapping[str, Callable[[str], bool]] = {
    "rule": lambda rule: rule in CATALOGUE,
    "reason": lambda text: not text.isspace(),
    "source": lambda text: not text.isspace(),
}
"""What a type does not say."""
_KEYS = {one.name: one for one in msgspec.structs.fields(_Table)}


def read_known(path: Path = DEFAULT_FILE) -> tuple[Entry, ...]:
    """Read a file of known drift.

    Raises:
        KnownDriftError: it is missing, not TOML, or an entry is not complete; the line of what is wrong is named.
    """
    try:
        text = files.read(path, MAX_BYTES).decode()
        data = tomllib.loads(text)
    except OSError as error:
        raise KnownDriftError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise KnownDriftError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except ValueError as error:  # no TOML, or an integer of thousands of digits
        raise KnownDriftError(f"{path}: not TOML: {error}") from None
    except RecursionError:
        raise KnownDriftError(f"{path}: nested too deeply") from None
    source, entries = _Source(path, text), list[Entry]()
    for key in data:
        if key != "known" or not isinstance(data[key], list):
            raise source.wrong(f"only [[known]] tables are expected, found {_short(key)}", key=key)
    for number, table in enumerate(data.get("known", ())):
        entries += islice(_entries(_typed(table, number, source)), MAX_ENTRIES + 1 - len(entries))
        if len(entries) > MAX_ENTRIES:
            raise source.wrong(f"the lists make this more than {MAX_ENTRIES} entries in all", number)
    return tuple(entries)


def _typed(table: Any, number: int, source: "_Source") -> _Table:
    """A table as what it should be, or what is wrong with it, key by key."""
    if not isinstance(table, dict):
        raise source.wrong(f"expected a table, found {_short(table)}", number)
    for key, value in table.items():
        if key not in _EXPECTED:
            raise source.wrong(f"{_short(key)}: no such key; there are {', '.join(_EXPECTED)}", number, key)
        if not _fits(key, value):
            raise source.wrong(f"{key}: expected {_EXPECTED[key]}, found {_short(value)}", number, key)
    for name, key in _KEYS.items():
        if key.required and name not in table:
            raise source.wrong(f"{name} is required", number)
    return msgspec.convert(table, _Table)


def _fits(key: str, value: Any) -> bool:
    try:
        found = msgspec.convert(value, _KEYS[key].type)
    except msgspec.ValidationError:
        return False
    return key not in _MORE or _MORE[key](found)


def _entries(table: _Table) -> Iterator[Entry]:
    spread = (table.contract, table.operation, table.status_code, table.pointer)
    for contract, operation, status_code, pointer in product(*(_several(one) for one in spread)):
        yield Entry(
            endpoint=table.endpoint,
            contract=contract,
            rule=table.rule,
            operation=operation,
            status_code=status_code,
            pointer=pointer,
            value=table.value,
            reason=table.reason,
            source=table.source,
            until=table.until.isoformat() if table.until else None,
        )


def _several(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


@frozen
class _Source:
    """A file as it is written, to find the line of what is wrong."""

    path: Path
    text: str

    def wrong(self, what: str, number: int | None = None, key: str = "") -> KnownDriftError:
        """The error, with the line of a key of the table of that number, or else of the table; else of the key."""
        line = line_of(self.text, key, key) if number is None else line_of(self.text, "known", key, number)
        return KnownDriftError(f"{self.path}:{line}: {what}")


def today() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


_named = attrgetter("contract", "rule", "operation", "status_code", "pointer", "value")
"""What an entry and the identity of a drift both name, whatever the endpoint."""


def mark_known(
    drifts: Iterable[Drift], entries: Iterable[Entry], day: date
) -> tuple[tuple[Drift, ...], frozenset[Entry]]:
    """The drifts, each with why it is known if an entry in force accepts it.

    And the entries that matched, expired or not.
    """
    by_name: dict[object, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(_named(entry), []).append(entry)
    marked, used = [], set()
    for drift in drifts:
        known = None
        for entry in by_name.get(_named(drift.identity), ()):
            if entry.covers_endpoint(drift.identity.endpoint):
                used.add(entry)
                if not entry.expired(day):
                    known = Known("accepted", entry.reason, entry.source, entry.until)
        marked.append(evolve(drift, known=known))
    return tuple(marked), frozenset(used)
