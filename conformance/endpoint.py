"""Where requests go: a guarded HTTP client for one endpoint, `sim:NAME` or `live:NAME`.

The guard sits in the transport, below everything that makes requests: nothing but GET reaches a live endpoint unless
writing is allowed, and budget and rate hold whatever asks. Bodies are read, and unpacked, up to a bound and a deadline.
Redirects are answers, never followed, so a key cannot follow one.
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx
from attrs import define, field, frozen

from conformance.coding import ACCEPTED, CodingError, decoded
from conformance.contract import Contract, Operation, is_json
from conformance.deadline import DeadlineTransport
from conformance.errors import UserError
from conformance.exchange import MAX_VALUES, Answer, Credentials, Exchange, Headers, Request, header
from conformance.keys import WRONG_KEY
from conformance.nearest import meant
from conformance.operations import steps
from conformance.providers import BEARER, PROVIDERS, Provider

_MASKED = "Bearer <key>"
_SHORTEST_WAIT = 1.0
"""What a wait counts at least, so that `Retry-After: 0` cannot be answered for ever."""


class EndpointError(UserError):
    """An endpoint cannot be named or used; the message is one line."""


class BudgetSpent(Exception):  # noqa: N818 - no error: the run goes on without the rest
    """No further request is allowed: `--max-requests` is reached, or the time for that many is over."""


class PathRefused(Exception):  # noqa: N818 - likewise
    """A name was about to stand in a path that would make it another one."""


class WriteRefused(Exception):  # noqa: N818 - the guard at work
    """Something other than GET was about to be sent to a live endpoint without `--write`."""


@frozen
class Limits:
    """What a run may cost. Times in seconds, sizes in bytes, rate in requests a second; None: no limit."""

    max_requests: int | None = None
    rate: float | None = None
    connect: float = 5.0
    read: float = 8.0
    total: float = 10.0
    """From sending a request to its last byte."""
    max_body: int = 24_000_000
    """Of a body as it travels, and at each step of its decoding."""
    max_wait: float = 10.0
    """What is waited in all for a server that answers 429 with Retry-After."""
    run: float | None = None
    """From the first request to the last."""


LIVE_REQUESTS, LIVE_RATE, LIVE_SECONDS = 90, 2.0, 45.0
"""What a live endpoint is asked for at most, unless the user says otherwise: a healthy one is seen whole with less."""
_GRACE = 25.0


def live_limits(max_requests: int | None, rate: float | None) -> Limits:
    """The limits of a live endpoint: the run may take as long as its requests do at that rate, and a little longer."""
    requests, pace = max_requests or LIVE_REQUESTS, rate or LIVE_RATE
    needed = requests * max(1 / pace, 0.5)
    run = LIVE_SECONDS if max_requests is None and needed < LIVE_SECONDS else _GRACE + needed
    return Limits(max_requests=requests, rate=pace, run=run)


_ASKABLE = re.compile(r"(?!\.{1,2}\Z)[^/?#%\\\x00-\x1f\x7f]{1,512}")


def askable(name: str) -> bool:
    """Whether a name can stand in a path without making it another one.

    Dots alone are steps of a path, and many a server decodes what was quoted before it looks where a step ends.
    """
    return _ASKABLE.fullmatch(name) is not None


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


@define
class _Guard(httpx.BaseTransport):
    """Counts, paces and refuses before anything leaves."""

    inner: DeadlineTransport
    limits: Limits
    writable: bool
    sent: int = 0
    held: int = 0
    """Requests that are kept for taking back what was made."""
    _next: float = 0.0

    @property
    def over(self) -> bool:
        """Whether the time of the whole run is over."""
        return time.monotonic() >= self.inner.latest

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        limits, now = self.limits, time.monotonic()
        if request.method != "GET" and not self.writable:
            raise WriteRefused(f"{request.method} to a live endpoint needs --write")
        if not self.sent and limits.run is not None:
            self.inner.latest = now + limits.run
        if self.over:
            raise BudgetSpent
        if limits.max_requests is not None and self.sent + self.held >= limits.max_requests:
            raise BudgetSpent
        if limits.rate:
            time.sleep(max(0.0, self._next - now))
            self._next = max(self._next, time.monotonic()) + 1 / limits.rate
        self.sent += 1
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


@define
class Endpoint:
    """An open endpoint. Every exchange goes to `on_exchange`, whatever comes of it."""

    name: str
    base_url: str
    key: str = field(repr=False)
    writable: bool
    limits: Limits
    on_exchange: Callable[[Exchange], None]
    advance: Callable[[float], None] | None = None
    """Lets the endpoint's time pass, in seconds, where it is simulated."""
    authorization: Callable[[str], tuple[str, str]] = lambda key: (BEARER, f"Bearer {key}")
    """The header that carries a key, name and value."""
    _client: httpx.Client = field(init=False)
    _guard: _Guard = field(init=False)
    _waited: float = field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        """Open the connection pool; nothing is sent."""
        self._guard = _Guard(DeadlineTransport(self.limits.total), self.limits, self.writable)
        timeout = httpx.Timeout(self.limits.read, connect=self.limits.connect)
        self._client = httpx.Client(transport=self._guard, timeout=timeout, trust_env=False, headers={})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def hold(self, requests: int) -> None:
        """Keep so many requests back, until `hold(0)`; two more must be left, or what they are kept for is not begun.

        Raises:
            BudgetSpent: they are not.
        """
        most = self.limits.max_requests
        if requests and most is not None and self._guard.sent + requests + 2 > most:
            raise BudgetSpent
        self._guard.held = requests

    def send(
        self,
        operation: Operation,
        *,
        path_parameters: Mapping[str, str] | None = None,
        query: list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        credentials: Credentials = "given",
    ) -> Exchange:
        """Send one request and read its answer; a failure to get one is an exchange too.

        Raises:
            BudgetSpent: no further request is allowed.
            PathRefused: a path parameter would change which operation is asked.
            WriteRefused: the endpoint may only be read.
        """
        parameters = dict(path_parameters or {})
        if not all(map(askable, parameters.values())):
            raise PathRefused(f"{operation.name}: an id that cannot stand in a path")
        path = re.sub(r"\{([^}]+)\}", lambda match: quote(parameters.get(match[1], ""), safe=""), operation.path)
        accepted = "application/json" if all(map(is_json, operation.answers)) else "*/*"
        sent_headers = {
            "Accept": accepted,
            "Accept-Encoding": ACCEPTED,
            "User-Agent": "batch-conformance",
            **(headers or {}),
        }
        if credentials != "absent":
            name, value = self.authorization(self.key if credentials == "given" else WRONG_KEY)
            sent_headers[name] = value
        request = self._client.build_request(
            operation.method,
            self.base_url + path,
            params=tuple(query or ()) or None,
            headers=sent_headers,
            content=body,
        )
        while True:
            exchange = self._exchange(operation, request, body, credentials, parameters)
            self.on_exchange(exchange)
            if not self._waits(exchange.answer):
                return exchange

    def _exchange(
        self,
        operation: Operation,
        request: httpx.Request,
        body: bytes | None,
        credentials: Credentials,
        parameters: Mapping[str, str],
    ) -> Exchange:
        started, clock = time.time(), time.monotonic()
        answer, failure = self._fetch(request)
        return Exchange(
            operation=operation.name,
            request=Request(operation.method, str(request.url), _kept(request.headers), body),
            answer=answer,
            started=started,
            origin=(self.name, self._guard.sent),
            credentials=credentials,
            failure=failure,
            path_parameters=tuple(parameters.items()),
            seconds=time.monotonic() - clock,
            secrets=(self.key,),
        )

    def _waits(self, answer: Answer | None) -> bool:
        """Wait as a 429 asks, within the limit; whether to send the request again."""
        seconds = retry_after(answer) if answer is not None and answer.status == 429 else None
        if seconds is None or self._waited + seconds > self.limits.max_wait:
            return False
        self._waited += max(seconds, _SHORTEST_WAIT)
        time.sleep(seconds)
        return True

    def _fetch(self, request: httpx.Request) -> tuple[Answer | None, str | None]:
        """The answer, or why there is none.

        The transport is asked directly: a client would look at cookies, at where a redirect leads, and unpack the body.
        """
        try:
            response = self._guard.handle_request(request)
            try:
                body = bytearray()
                for chunk in response.iter_raw():
                    body += chunk
                    if len(body) > self.limits.max_body:
                        return None, f"a body of more than {self.limits.max_body:,} bytes"
            finally:
                response.close()
            plain = decoded(bytes(body), response.headers.get("content-encoding", ""), self.limits.max_body)
        except CodingError as error:
            return None, str(error)
        except httpx.HTTPError as error:
            if self._guard.over:
                raise BudgetSpent from None
            return None, failure_words(error)
        answer = Answer(response.status_code, _kept(response.headers), plain)
        return (None, f"a body of more than {MAX_VALUES:,} values") if answer.too_many else (answer, None)


def retry_after(answer: Answer) -> float | None:
    """Seconds that an answer asks to wait (RFC 9110: a number, or a date); None where it asks for nothing readable."""
    text = (header(answer.headers, "retry-after") or "").strip()
    if text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError, OSError, TypeError, IndexError):  # no date, or one beyond the calendar
        return None


_READ = frozenset({"accept", "content-type", "prefer", "retry-after"})
"""Headers that somebody reads; the others say nothing of drift, and may say much of people."""


def _kept(headers: httpx.Headers) -> Headers:
    """Headers as pairs; that there was a key is kept, the key never."""
    return tuple(
        (name, value if name in _READ else _MASKED)
        for name, value in headers.multi_items()
        if name in _READ or name == "authorization"
    )


_FAILURES = (
    ("ConnectTimeout", "no connection in time"),
    ("TimeoutException", "no answer in time"),
    ("RemoteProtocolError", "the answer is not HTTP, or breaks off"),
    ("ReadError", "the connection was dropped"),
    ("WriteError", "the connection was dropped"),
)
"""By the name of what is raised, which is the same in httpx and in httpx2."""


def failure_words(error: Exception) -> str:
    """Why nothing came back, in a few words without addresses."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    for kind, words in _FAILURES:
        if kind in kinds:
            return words
    text = str(error).lower()
    if "ssl" in text or "certificate" in text:
        return "TLS failed"
    if "name or service" in text or "getaddrinfo" in text or "name resolution" in text or "nodename" in text:
        return "the host name is not known"
    return "connection refused" if "refused" in text else "no connection"
