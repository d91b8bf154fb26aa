"""Which endpoint is meant, by its name or its address, and the key for it."""

import os
import re
from ipaddress import ip_address

import httpx
from attrs import frozen

from conformance.contract import Contract
from conformance.errors import UserError
from conformance.nearest import meant
from conformance.operations import steps
from conformance.providers import PROVIDERS, Provider


class EndpointError(UserError):
    """An endpoint cannot be named or used; the message is one line."""


@frozen
class Target:
    """An endpoint's name taken apart: `kind` is sim or live."""

    kind: str
    provider: Provider

    @property
    def name(self) -> str:
        """As typed: `live:kimi`."""
        return f"{self.kind}:{self.provider.name}"


def parse_target(text: str) -> Target:
    """Read an endpoint's name.

    Raises:
        EndpointError: there is no such endpoint.
    """
    kind, _, name = text.partition(":")
    if kind not in {"sim", "live"} or name not in PROVIDERS:
        offered = [f"{kind}:{name}" for kind in ("sim", "live") for name in PROVIDERS]
        raise EndpointError(f"{text}: no such endpoint; there are {', '.join(offered)}{meant(text, offered)}")
    return Target(kind, PROVIDERS[name])


def simulated() -> tuple[str, ...]:
    """The simulators of those providers that have a client: what is run where nobody says otherwise."""
    return tuple(f"sim:{one.name}" for one in PROVIDERS.values() if one.client)


def live_key(provider: Provider) -> str:
    """The provider's key, from the environment only.

    Raises:
        EndpointError: the variable is not set, or what it holds cannot be sent.
    """
    key = os.environ.get(provider.key_variable, "").strip()
    if not key:
        raise EndpointError(f"live:{provider.name}: no key; set {provider.key_variable} in the environment")
    if not key.isascii() or not key.isprintable():
        raise EndpointError(f"live:{provider.name}: {provider.key_variable} holds characters that no key has")
    return key


def live_url(provider: Provider, contract: Contract, named: str | None = None) -> str:
    """Where a provider's endpoint is, with its version and without a trailing slash: as recorded, or as named.

    Raises:
        EndpointError: it is not an http or https URL, or what is recorded has a blank.
    """
    if named is None and "{" in provider.base_url:
        raise EndpointError(f"live:{provider.name}: {provider.base_url} has a blank; say with --url where it is")
    recorded = versioned(provider.base_url.replace("{", "").replace("}", ""), contract.base_path)
    return recorded if named is None else versioned(named, httpx.URL(recorded).path)


def versioned(base_url: str, base_path: str) -> str:
    """A base URL of either form, with or without what the API's paths begin with, with it, without a trailing slash.

    What ends in a version already is complete: `/team/a/v1` where the API has `/v1`, or `/v1` where it has `/api/v4`.

    Raises:
        EndpointError: it is not an http or https URL.
    """
    try:
        url = httpx.URL(base_url)
        name = url.host
    except (httpx.InvalidURL, ValueError):  # a UnicodeError where the host's name cannot be encoded
        raise EndpointError("--url: not a URL") from None
    if url.userinfo or url.query or url.fragment:
        raise EndpointError(
            "--url: a base URL holds no user, password, query or fragment; keys come from the environment"
        )
    if url.scheme not in {"http", "https"} or not name:
        raise EndpointError(f"{base_url}: not an http or https URL")
    if not _is_host(url.raw_host.decode("ascii", "replace")) or re.search(r"\s", base_url):
        raise EndpointError(f"{base_url}: no host that could be asked")
    if url.port is not None and not 0 < url.port < 65536:
        raise EndpointError(f"{base_url}: a port is from 1 to 65535")
    there, base = steps(url.path), steps(base_path)
    common = next(size for size in range(len(base), -1, -1) if there[len(there) - size :] == base[:size])
    complete = not common and there and re.fullmatch(r"v[0-9]+\w*", there[-1])
    missing = () if complete else base[common:]
    return base_url.rstrip("/") + "".join(f"/{step}" for step in missing)


_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?=.{{1,254}}$){_LABEL}(?:\.{_LABEL})*\.?")


def _is_host(name: str) -> bool:
    """Whether a URL's host can be one: an address, or a name as DNS has them; one that ends in a number is an address.

    `name` is as it is looked up, so without what IDNA makes ASCII.
    """
    try:
        ip_address(name.strip("[]").partition("%")[0])
    except ValueError:
        return bool(_HOST.fullmatch(name)) and not name.rstrip(".").rpartition(".")[2].isdecimal()
    return True
