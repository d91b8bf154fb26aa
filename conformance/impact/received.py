"""A response as a client is given it, over whatever HTTP library the client is built on."""

from typing import Any

from attrs import frozen

from conformance.exchange import Answer, header


@frozen
class Received:
    """Status, declared content type (None: none) and body; two that are equal are read alike."""

    status: int
    content_type: str | None
    body: bytes

    @classmethod
    def of(cls, answer: Answer) -> "Received":
        """What was answered."""
        return cls(answer.status, header(answer.headers, "content-type"), answer.body)

    def over(self, library: Any) -> Any:
        """As a response of `httpx`, or of what has taken its place."""
        declared = {} if self.content_type is None else {"content-type": ascii(self.content_type)[1:-1]}
        return library.Response(self.status, headers=declared, content=self.body)
