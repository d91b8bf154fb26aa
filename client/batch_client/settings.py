"""What a client is made with, checked before the first request: where to send what, as whom, and how patiently."""

from __future__ import annotations

import logging
import os
import re
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

import httpx
from attrs import field, frozen

from batch_client.defaults import DEFAULT, TIMEOUT, Default, Timeout
from batch_client.errors import BatchError
from batch_client.memory import Memory
from batch_client.moments import bound
from batch_client.reading import is_place
from batch_client.secrecy import Secret, Veiled, credentials
from batch_client.steps import Call

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from batch_client.drift import Drift
    from batch_client.provider import Provider

_log = logging.getLogger(__package__)
H = TypeVar("H", httpx.Client, httpx.AsyncClient)
_VERSION = re.compile(r"/v\d+\w*\Z")
PLACES_TOLD = 1000
"""Places that are logged at most: names in payloads may be anybody's."""
_CURSOR = "after"
LONGEST_ID = 1000
"""Characters; some providers' ids are addresses with a signature."""
_INDEX = re.compile(r"\[\d+\]")


@frozen
class Endpoint:
    """A provider at an address, for one account.

    `key` and `headers` are in no repr, and `secret` keeps them out of all else.

    Attributes:
        base: The address that paths are put after, without a slash at its end.
        timeout: None where the HTTP client's own holds.
        retries: How many more times than once a request may be tried.
    """

    provider: Provider
    base: str
    key: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    timeout: httpx.Timeout | None
    retries: int
    strict: bool
    secret: Secret = field(repr=False, eq=False)
    memory: Memory = field(factory=Memory, init=False, repr=False, eq=False)
    _told: set[str] = field(factory=set[str], init=False, repr=False, eq=False)

    @classmethod
    def of(
        cls,
        provider: Provider,
        *,
        api_key: str | None,
        base_url: str | None,
        timeout: Timeout | Default,
        retries: int,
        strict: bool,
        headers: Mapping[str, str] | None,
        own_client: bool,
    ) -> Endpoint:
        """Put together what a caller gave, the environment has, and the provider's record says.

        Raises:
            BatchError: there is no key, or the key, the address, or a header cannot be one.
        """
        key, base, refusal = Veiled(), "", None
        try:
            key = _key(provider, api_key or os.environ.get(provider.key_variable) or "")
            base = _base(provider, base_url or os.environ.get(provider.base_url_variable) or provider.base_url)
        except BatchError as error:
            refusal = error
        if refusal is not None:
            raise Secret(key).cleaned(refusal)
        own = {name: Veiled(value) for name, value in (headers or {}).items()}
        bearer = provider.key_header.lower() == "authorization"
        return cls(
            provider=provider,
            base=base,
            key=key,
            headers={
                provider.key_header: Veiled(f"Bearer {key}" if bearer else key),
                "User-Agent": f"{provider.distribution}/{provider.version}",
                **own,
            },
            timeout=(None if own_client else TIMEOUT) if timeout is DEFAULT else _timeout(timeout),
            retries=retries,
            strict=strict,
            secret=Secret(key, *credentials(own)),
        )

    def call(
        self,
        operation: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        timeout: Timeout | Default = DEFAULT,
        repeatable: bool = True,
        final: Collection[int] = (),
        **body: Any,
    ) -> Call[Any]:
        """A request for an operation, and how its answer is read.

        Args:
            operation: Its name.
            ids: What its path names.
            query: Parameters, of which those without a value, and those that it does not take, are left out; a cursor
                is sent in any case, since there is one only where an answer says that there is more.
            timeout: Of this call, if not the client's.
            repeatable: Whether sending it twice does no harm.
            final: Statuses after which it is not sent again, though it would be otherwise.
            body: As httpx takes it: `json`, or `files` and `data`.
        """
        documented = self.provider.operations[operation]
        given = {name: value for name, value in (query or {}).items() if value is not None}
        arguments = {
            "method": documented.method,
            "url": f"{self.base}{documented.path.format_map({name: _step(one) for name, one in (ids or {}).items()})}",
            "params": {name: value for name, value in given.items() if name in documented.query or name == _CURSOR},
            "headers": self.headers,
            **self.within(timeout),
            **body,
        }
        return Call(
            arguments,
            lambda response: self._read(operation, response),
            repeatable,
            carries="files" in body,
            final=frozenset(final),
        )

    def within(self, timeout: Timeout | Default) -> dict[str, Any]:
        """The timeout of a request as an argument of httpx; none where its client's own holds."""
        chosen = self.timeout if timeout is DEFAULT else _timeout(timeout)
        return {} if chosen is None else {"timeout": chosen}

    def _read(self, operation: str, response: httpx.Response) -> Any:
        found = self.provider.asked_for(operation, response, strict=self.strict)
        self.tell(operation, found.drift)
        return found

    def tell(self, operation: str, drifts: Iterable[Drift]) -> None:
        """Log what is not as documented, each place once."""
        for drift in drifts:
            place = f"{operation} {_INDEX.sub('[*]', drift)}"
            if place not in self._told and len(self._told) < PLACES_TOLD:
                self._told.add(place)
                _log.warning("%s: not as documented, which is %s; said once", place, drift.documented)


def http_client(kind: type[H], given: object) -> H:
    """The HTTP client that was given, or one of our own.

    Raises:
        BatchError: it is of another kind.
    """
    if given is None:
        made = kind()
        if isinstance(made, httpx.Client):
            bound(made)
        return made
    if not isinstance(given, kind):
        raise BatchError(f"http_client must be an httpx.{kind.__name__}, not {type(given).__name__}")
    return given


def _step(value: object) -> str:
    """An id as one step of a path.

    Raises:
        BatchError: it cannot be one, or would be a way to somewhere else.
    """
    if not isinstance(value, str):
        raise BatchError(f"an id is a text, not {type(value).__name__}")
    if value in {"", ".", ".."} or len(value) > LONGEST_ID:
        raise BatchError(f"no batch or file has an id such as {value[:20]!r}")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise BatchError(f"the id {value[:60]!r} holds characters that cannot be sent") from None


def _timeout(timeout: Any) -> httpx.Timeout:
    """A caller's timeout.

    Raises:
        BatchError: it is none.
    """
    if isinstance(timeout, httpx.Timeout):
        return timeout
    if timeout is DEFAULT or timeout is None or timeout == float("inf"):
        return httpx.Timeout(None)
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise BatchError(f"timeout is a number of seconds, an httpx.Timeout or None, not {timeout!r}")
    return httpx.Timeout(timeout)


def _base(provider: Provider, url: object) -> str:
    """The address that paths are put after; it may be given with the version of the API or without.

    Raises:
        BatchError: it is no address, or one that nothing can be put after.
    """
    try:
        text = str(url) if isinstance(url, httpx.URL) else cast("str", url).strip()
        text.encode()
        parsed = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError, AttributeError):
        text, parsed = "", httpx.URL("")
    if parsed.scheme not in {"http", "https"} or not is_place(parsed):
        raise BatchError("base_url must be an http or https address, as https://host or https://host/v1")
    if "?" in text or "#" in text:
        raise BatchError("base_url must be an http or https address, as https://host/v1, with nothing after a ? or #")
    version = _VERSION.search(provider.base_url)
    return text.rstrip("/").removesuffix(version[0] if version else "") + (version[0] if version else "")


def _key(provider: Provider, key: object) -> Veiled:
    if not isinstance(key, str):
        raise BatchError(f"an API key is a text, not {type(key).__name__}")
    key = Veiled(key.strip())
    if not key:
        raise BatchError(f"no API key: set {provider.key_variable}, or give api_key")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise BatchError("the API key holds characters that no key has; was something else copied with it?")
    return key
