"""Where requests go: a guarded HTTP client for one endpoint, `sim:NAME` or `live:NAME`.

The guard sits in the transport, below everything that makes requests: nothing but GET reaches a live endpoint unless
writing is allowed, and budget and rate hold whatever asks. Bodies are read, and unpacked, up to a bound and a deadline.
Redirects are answers, never followed, so a key cannot follow one.
"""

import re
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import quote

import httpx
from attrs import define, field, frozen

from conformance.coding import ACCEPTED, CodingError, decoded
from conformance.contract import Operation, is_json
from conformance.deadline import DeadlineTransport
from conformance.exchange import MAX_VALUES, Answer, Credentials, Exchange, Headers, Request, header
from conformance.failures import failure_words
from conformance.keys import WRONG_KEY
from conformance.providers import BEARER

_MASKED = "Bearer <key>"
_SHORTEST_WAIT = 1.0
"""What a wait counts at least, so that `Retry-After: 0` cannot be answered for ever."""


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

    def __exit__(self, *_: object) -> None:
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
