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


Aside = Callable[[int, Callable[[], None]], None]


@define(eq=False)
class Take:
    """What is known of an exchange so far; `done` gets it once, when it is over."""

    method: str
    url: str
    headers: Headers = field(repr=False)
    done: Callable[[Exchange], None]
    aside: Aside = lambda _, make: make()
    """Calls what makes the exchange, at once or soon, given how many bytes of bodies it takes up."""
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
        self._finish(None if whole else CUT)

    def failed(self, why: str) -> None:
        """No answer came, or not all of it; `why` is one of the project's own phrases."""
        self._finish(why)

    def _finish(self, failure: str | None) -> None:
        if self._over:
            return
        self._over = True
        seconds = time.monotonic() - self._clock
        self.aside(self.sent.kept + self.received.kept, lambda: self.done(self._exchange(failure, seconds)))

    def _exchange(self, failure: str | None, seconds: float) -> Exchange:
        sent = self.sent.whole() if self.sent.size else None
        answer, unkept = (None, None) if failure else self._answer()
        self.sent.drop()
        self.received.drop()
        secrets = tuple(
            secret
            for name, value in self.headers
            if name.lower() in CREDENTIAL_HEADERS and (secret := value.rpartition(" ")[2])
        )
        return Exchange(
            operation="",
            request=Request(self.method, self.url, self.headers, sent),
            answer=answer,
            started=self._started,
            credentials="given" if secrets else "absent",
            failure=failure,
            seconds=seconds,
            secrets=secrets,
            unkept=unkept,
        )

    def _answer(self) -> tuple[Answer, int | None]:
        """The answer, and how many bytes its body had, where it is not at hand."""
        body = self.received.whole()
        if body is not None:
            try:
                body = decoded(body, header(self._answered, "content-encoding") or "", MAX_KEPT)
            except CodingError:
                body = None
        return Answer(self._status, self._answered, body or b""), self.received.size if body is None else None


Taking = Callable[[str, str, Headers], Take]
"""Begins to keep an exchange: method, URL and headers."""
