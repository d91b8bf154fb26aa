"""One exchange while it happens: what goes by is kept, and made an exchange when it is over."""

import time
from collections.abc import Callable

from attrs import define, field

from conformance.coding import CodingError, decoded
from conformance.exchange import Answer, Exchange, Headers, Request, header
from conformance.recording.har import CREDENTIAL_HEADERS
from conformance.recording.kept import MAX_KEPT, Kept

CUT = "the answer was not read to its end"
"""Why there is no answer where whoever asked let go of it."""


@define(eq=False)
class Take:
    """What is known of an exchange so far; `done` gets it once, when it is over."""

    method: str
    url: str
    headers: Headers = field(repr=False)
    done: Callable[[Exchange], None]
    sent: Kept = field(factory=Kept)
    received: Kept = field(factory=Kept)
    _status: int = 0
    _answered: Headers = ()
    _started: float = field(factory=time.time)
    _clock: float = field(factory=time.monotonic)
    _over: bool = False

    def answered(self, status: int, headers: Headers) -> None:
        """The head of the answer came."""
        self._status, self._answered = status, headers

    def ended(self, *, whole: bool) -> None:
        """The answer was read to its end, or let go before."""
        if not whole:
            self.failed(CUT)
            return
        body = self.received.whole()
        if body is not None:
            try:
                body = decoded(body, header(self._answered, "content-encoding") or "", MAX_KEPT)
            except CodingError:
                body = None
        answer = Answer(self._status, self._answered, body or b"")
        self._finish(answer, None, self.received.size if body is None else None)

    def failed(self, why: str) -> None:
        """No answer came, or not all of it; `why` is one of the project's own phrases."""
        self._finish(None, why, None)

    def _finish(self, answer: Answer | None, failure: str | None, unkept: int | None) -> None:
        if self._over:
            return
        self._over = True
        body = self.sent.whole() if self.sent.size else None
        self.sent.drop()
        self.received.drop()
        secrets = tuple(
            secret
            for name, value in self.headers
            if name.lower() in CREDENTIAL_HEADERS and (secret := value.rpartition(" ")[2])
        )
        self.done(
            Exchange(
                operation="",
                request=Request(self.method, self.url, self.headers, body),
                answer=answer,
                started=self._started,
                credentials="given" if secrets else "absent",
                failure=failure,
                seconds=time.monotonic() - self._clock,
                secrets=secrets,
                unkept=unkept,
            )
        )


Taking = Callable[[str, str, Headers], Take]
"""Begins to keep an exchange: method, URL and headers."""
