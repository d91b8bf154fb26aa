"""The servers that can be simulated: every provider's, as its contract has it and its profile changes that."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from conformance.contract import load
from conformance.providers import PROVIDERS
from conformance.simulator.documented import documented
from conformance.simulator.profile import Profile
from conformance.specs import SpecsError


class _Profiles(Mapping[str, Profile]):
    """Made when they are first asked for."""

    def __getitem__(self, name: str) -> Profile:
        return _profile(name)

    def __iter__(self) -> Iterator[str]:
        return iter(PROVIDERS)

    def __len__(self) -> int:
        return len(PROVIDERS)


@cache
def _profile(name: str) -> Profile:
    record = PROVIDERS[name]
    profile = documented(name, load(record.contract))
    if record.profile is None:
        return profile
    try:
        module = import_module(f"{__name__}.{record.profile}")
    except ModuleNotFoundError:
        raise SpecsError(
            f"[{name}] profile: there is no {record.profile}.py among the profiles of simulators"
        ) from None
    changed: Profile = module.adapt(profile)
    return changed


PROFILES: Mapping[str, Profile] = _Profiles()
"""By the provider's name."""
