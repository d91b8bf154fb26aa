"""Redirects of a file's content, followed in thought: the request to the place that one named is that content.

Both may stand in parts of a recording that different processes read, so what could be such a request waits until all
parts are added up; which ones wait does not depend on how they were divided.
"""

from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import urljoin

from attrs import define, field, frozen

from conformance.exchange import Credentials, Origin
from conformance.recording.har import Recorded
from conformance.recording.route import Match
from conformance.smallest import beyond

CONTENT = "file_content"
MAX_HOPS = 10_000
"""How many redirects, and how many requests that fit no operation, are remembered: those of the smallest digests."""


@frozen(order=True)
class Lead:
    """Whose content it is that a redirect led to."""

    place: Origin
    """Of the redirect."""
    host: str
    parameters: tuple[tuple[str, str], ...]
    credentials: Credentials


@frozen(order=True)
class Hop:
    """A request that fits no operation, by the digest of its address; `subject` is how it is told of."""

    digest: bytes
    place: Origin
    subject: str


@define(eq=False)
class Hops:
    """What redirects named, and what was asked for that may be it. Adds up in any order."""

    leads: dict[bytes, Lead] = field(factory=dict)
    waiting: list[Hop] = field(factory=list)

    def lead(self, found: Match, host: str, place: Origin, recorded: Recorded) -> None:
        """Remember where a redirect leads, if it is one of content."""
        if found.operation != CONTENT or recorded.location is None:
            return
        try:
            named = urljoin(recorded.request.url, recorded.location)
        except ValueError:
            return
        self._add(_digest(named), Lead(place, host, found.parameters, recorded.credentials or "given"))
        beyond(self.leads, MAX_HOPS, bytes, slack=2)

    def _add(self, digest: bytes, lead: Lead) -> None:
        self.leads[digest] = min(self.leads.get(digest, lead), lead)

    def wait(self, place: Origin, recorded: Recorded, subject: str) -> Iterator[Hop]:
        """Remember a request that fits no operation; those that are none, or are no longer remembered, come back."""
        hop = Hop(_digest(recorded.request.url), place, subject)
        if recorded.request.method == "GET" and recorded.answer is not None and recorded.answer.status == 200:
            self.waiting.append(hop)
            if len(self.waiting) > 2 * MAX_HOPS:
                yield from self._trimmed()
        else:
            yield hop

    def merge(self, other: "Hops") -> Iterator[Hop]:
        """Add what another one remembers; what is no longer remembered comes back."""
        for digest, lead in other.leads.items():
            self._add(digest, lead)
        self.waiting += other.waiting
        if len(self.waiting) > 2 * MAX_HOPS:
            yield from self._trimmed()

    def met(self) -> Iterator[tuple[Hop, Lead | None]]:
        """At the end: every request that waited, and what led to it."""
        for hop in self._trimmed():
            yield hop, None
        beyond(self.leads, MAX_HOPS, bytes)
        for hop in self.waiting:
            yield hop, self.leads.get(hop.digest)

    def _trimmed(self) -> list[Hop]:
        """Let go of all but the smallest."""
        every = sorted(self.waiting)
        self.waiting = every[:MAX_HOPS]
        return every[MAX_HOPS:]


def _digest(url: str) -> bytes:
    return blake2b(url.partition("#")[0].encode("utf-8", "replace"), digest_size=16).digest()
