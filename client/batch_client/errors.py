"""What can go wrong, each a BatchError. No message holds the API key, nor a body that does not end."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from batch_client.lazy import Lazy

if TYPE_CHECKING:
    from batch_client import protocols
else:
    protocols = Lazy("batch_client.protocols")


class BatchError(Exception):
    """Something went wrong with a batch API; the message is one line."""


class ConnectionFailed(BatchError):  # noqa: N818 - the names say what happened
    """No answer came, or not all of it."""


class RequestTimedOut(BatchError):  # noqa: N818
    """A request took longer than the client's `timeout`."""


class StatusError(BatchError):
    """The endpoint refused: an error status, or an error in the body of a success."""

    def __init__(  # noqa: PLR0917 - as exceptions are pickled
        self,
        status_code: int,
        body: str = "",
        payload: Any = None,
        message: str = "",
        retry_after: float | None = None,
        request_id: str | None = None,
        method: str = "",
        url: str = "",
    ) -> None:
        """Tell the answer.

        Args:
            status_code: The status, whether or not there is such a one in HTTP.
            body: The body as text, cut where it is long.
            payload: The body as JSON data; None if it is not JSON.
            message: What the body says is wrong.
            retry_after: The seconds after which to try again, if the answer says.
            request_id: What the endpoint calls this request, for its support.
            method: Of the request.
            url: Where it went, without what stands after a question mark.
        """
        super().__init__(status_code, body, payload, message, retry_after, request_id, method, url)
        self.status_code = status_code
        self.body = body
        self.payload = payload
        self.message = message
        self.retry_after = retry_after
        self.request_id = request_id
        self.method = method
        self.url = url

    def __str__(self) -> str:
        return f"{self.status_code} {_phrase(self.status_code)}".rstrip() + (
            f": {self.message}" if self.message else ""
        )


class BadRequest(StatusError):  # noqa: N818
    """400: something about the request is not as it must be."""


class Unauthorized(StatusError):  # noqa: N818
    """401: the key is missing, wrong, or of another site."""


class Forbidden(StatusError):  # noqa: N818
    """403: the key may not do this."""


class NotFound(StatusError):  # noqa: N818
    """404: there is no such batch, file or path."""


class RateLimited(StatusError):  # noqa: N818
    """429: too many requests; `retry_after` has the seconds to wait, if the answer says."""


class ServerFailed(StatusError):  # noqa: N818
    """5xx: the endpoint's own trouble."""


class UnreadableResponse(BatchError):  # noqa: N818
    """A body cannot be read: at all, or with `strict` as documented."""

    def __init__(  # noqa: PLR0917 - as exceptions are pickled
        self, place: str, documented: str, observed: str, status_code: int = 0, content_type: str = "", body: str = ""
    ) -> None:
        """Name the place.

        Args:
            place: Where in the body, as JSONPath.
            documented: What should be there.
            observed: What is.
            status_code: The status of the response.
            content_type: The content type that it declares.
            body: The body as text, cut where it is long.
        """
        super().__init__(place, documented, observed, status_code, content_type, body)
        self.place = place
        self.documented = documented
        self.observed = observed
        self.status_code = status_code
        self.content_type = content_type
        self.body = body

    def __str__(self) -> str:
        declared = f", {self.content_type}" if self.content_type else ""
        return (
            f"{self.place}: {self.observed} where {self.documented} is documented (status {self.status_code}{declared})"
        )


class WaitTimedOut(BatchError):  # noqa: N818
    """A batch was not finished in time; `batch` is how it looked last, `cause` why the last look failed, if it did."""

    def __init__(self, message: str, batch: "protocols.Batch | None" = None, cause: BatchError | None = None) -> None:
        """Say how long was waited, and for what."""
        super().__init__(message, batch, cause)
        self.batch = batch
        self.cause = cause
        self.__cause__ = cause

    def __str__(self) -> str:
        return str(self.args[0])


_BY_STATUS: Mapping[int, type[StatusError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    429: RateLimited,
}


def status_error_class(status_code: int) -> type[StatusError]:
    """The class for a status."""
    return _BY_STATUS.get(status_code, ServerFailed if status_code >= 500 else StatusError)


def _phrase(status_code: int) -> str:
    try:
        return HTTPStatus(status_code).phrase
    except ValueError:
        return ""
