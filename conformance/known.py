"""Drift accepted on record: each entry names exactly one drift, with its reason and source."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import islice, product
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from conformance import files
from conformance.drift import Drift, Identity, Known
from conformance.errors import UserError
from conformance.rules import CATALOGUE

DEFAULT_FILE = Path(__file__).parent / "known-drift.toml"
MAX_BYTES = 2_000_000
MAX_ENTRIES = 20_000
"""How many drifts a file may name, those that lists make counted one by one."""
_IDENTITY = ("endpoint", "contract", "rule", "operation", "status_code", "pointer", "value")
_REQUIRED = ("contract", "rule", "reason", "source")
_STRINGS = ("endpoint", "contract", "rule", "operation", "pointer", "value", "reason", "source")
_LISTS = ("contract", "operation", "status_code", "pointer")
"""Keys that may hold a list: the entry then stands for one drift each."""


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

    def accepts(self, identity: Identity) -> bool:
        """Whether a drift is the one that the entry names."""
        return self.covers_endpoint(identity.endpoint) and (
            self.contract,
            self.rule,
            self.operation,
            self.status_code,
            self.pointer,
            self.value,
        ) == (
            identity.contract,
            identity.rule,
            identity.operation,
            identity.status_code,
            identity.pointer,
            identity.value,
        )

    def expired(self, today: date) -> bool:
        """Whether its time is over."""
        return self.until is not None and date.fromisoformat(self.until) < today


def read_known(path: Path = DEFAULT_FILE) -> tuple[Entry, ...]:
    """Read a file of known drift.

    Raises:
        KnownDriftError: it is missing, not TOML, or an entry is not complete.
    """
    try:
        data = tomllib.loads(files.read(path, MAX_BYTES).decode())
    except OSError as error:
        raise KnownDriftError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:  # not TOML, not UTF-8, or an integer of thousands of digits
        raise KnownDriftError(f"{path}: not TOML: {error}") from None
    except RecursionError:
        raise KnownDriftError(f"{path}: nested too deeply") from None
    tables = data.pop("known", [])
    if data or not isinstance(tables, list):
        raise KnownDriftError(f"{path}: only [[known]] tables are expected, found {', '.join(data) or 'known'}")
    entries: list[Entry] = []
    for number, table in enumerate(tables, 1):
        where = f"{path}: [[known]] number {number}"
        if not isinstance(table, dict):
            raise KnownDriftError(f"{where}: a table is expected, found {type(table).__name__}")
        entries += islice(_entries(table, where), MAX_ENTRIES + 1 - len(entries))
        if len(entries) > MAX_ENTRIES:
            raise KnownDriftError(f"{where}: its lists make this more than {MAX_ENTRIES} entries in all")
    return tuple(entries)


def _entries(table: Mapping[str, Any], where: str) -> Iterator[Entry]:
    spread = {key: table[key] if isinstance(table.get(key), list) else [table.get(key)] for key in _LISTS}
    _check(table, spread, where)
    for values in product(*spread.values()):
        one = {**table, **dict(zip(spread, values, strict=True))}
        yield Entry(
            endpoint=one.get("endpoint"),
            contract=one["contract"],
            rule=one["rule"],
            operation=one.get("operation"),
            status_code=one.get("status_code"),
            pointer=one.get("pointer") or "",
            value=one.get("value"),
            reason=one["reason"],
            source=one["source"],
            until=_date(one.get("until"), where),
        )


def _check(table: Mapping[str, Any], spread: Mapping[str, list[Any]], where: str) -> None:
    unknown = set(table) - {*_IDENTITY, "reason", "source", "until"}
    if unknown:
        raise KnownDriftError(f"{where}: unknown key {', '.join(sorted(unknown))}")
    for key in _REQUIRED:
        if key not in table:
            raise KnownDriftError(f"{where}: {key} is required")
    for key, value in {**{key: [value] for key, value in table.items()}, **spread}.items():
        if key in _STRINGS and not all(one is None or isinstance(one, str) for one in value):
            raise KnownDriftError(f"{where}: {key} must be a string")
        if not value:
            raise KnownDriftError(f"{where}: {key} is an empty list, which names nothing")
        if key in _REQUIRED and not all(one and one.strip() for one in value):
            raise KnownDriftError(f"{where}: {key} is required")
    if not all(one is None or type(one) is int for one in spread["status_code"]):  # true is no number
        raise KnownDriftError(f"{where}: status_code must be a number")
    if table["rule"] not in CATALOGUE:
        raise KnownDriftError(f"{where}: no rule {table['rule']!r}; see `batch-conformance rules`")


def _date(value: object, where: str) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise KnownDriftError(f"{where}: until must be a date like 2027-01-31") from None


def today() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


def mark_known(
    drifts: Iterable[Drift], entries: Iterable[Entry], day: date
) -> tuple[tuple[Drift, ...], frozenset[Entry]]:
    """The drifts, each with why it is known if an entry in force accepts it.

    And the entries that matched, expired or not.
    """
    by_identity: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in entries:
        by_identity.setdefault((entry.contract, entry.rule, entry.pointer), []).append(entry)
    marked, used = [], set()
    for drift in drifts:
        identity = drift.identity
        known = None
        for entry in by_identity.get((identity.contract, identity.rule, identity.pointer), ()):
            if entry.accepts(identity):
                used.add(entry)
                if not entry.expired(day):
                    known = Known("accepted", entry.reason, entry.source, entry.until)
        marked.append(evolve(drift, known=known))
    return tuple(marked), frozenset(used)
