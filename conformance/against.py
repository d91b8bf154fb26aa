"""Which contracts judge: those that were asked for, else an endpoint's own and those that everybody is held against."""

from collections.abc import Iterable
from functools import lru_cache

from conformance import contract
from conformance.contract import Contract
from conformance.providers import PROVIDERS, Provider

ALL = "all"
"""Asks for every contract that there is."""


def asked_for(names: Iterable[str]) -> tuple[Contract, ...]:
    """The contracts of these names and files, each file once, however it is spelled; no two of one name.

    Raises:
        ContractError: there is none of that name, or it cannot be used.
    """
    wanted = [each for name in names for each in (contract.names() if name == ALL else (name,))]
    files: dict[str, str] = {}
    for name in wanted:
        files.setdefault(contract.real_path(name), name)
    return told_apart(map(contract.load, files.values()))


def told_apart(contracts: Iterable[Contract]) -> tuple[Contract, ...]:
    """Contracts in their order; where files would share a name, each is called as its file is."""
    several = tuple(contracts)
    while shared := _shared(several):
        several = tuple(Contract(one.file, one.file, one.document) if one.name in shared else one for one in several)
    return several


def _shared(contracts: Iterable[Contract]) -> frozenset[str]:
    """The names that more than one file has; a file's own name is never changed again."""
    owners: dict[str, set[str]] = {}
    for one in contracts:
        owners.setdefault(one.name, set()).add(one.file)
    return frozenset(name for name, files in owners.items() if len(files) > 1)


def usual(provider: Provider | None = None) -> tuple[str, ...]:
    """The names of the contracts that judge a provider's endpoint unless others are asked for, its own first."""
    own = (provider.contract,) if provider else ()
    return tuple(dict.fromkeys((*own, *(one.contract for one in PROVIDERS.values() if one.reference))))


@lru_cache(maxsize=10_000)
def of_host(host: str) -> Provider | None:
    """The provider whose API a host, with or without port, serves."""
    return next((one for one in PROVIDERS.values() if one.serves(host.partition(":")[0])), None)


def own_of(endpoint: str) -> Contract | None:
    """The contract of the provider behind an endpoint, as reports name it (`sim:NAME`, `recorded:HOST`).

    None where nobody knows it.
    """
    kind, _, name = endpoint.partition(":")
    provider = PROVIDERS.get(name) if kind in {"sim", "live"} else of_host(name) if kind == "recorded" else None
    return contract.load(provider.contract) if provider else None
