"""One line of a batch's results, as typed data."""

from typing import Any

from attrs import define

from batch_client.drift import Drift, is_array, is_object


@define
class ResultError:
    """Why a request has no result: `code` as the endpoint calls it, `message` in words."""

    code: str | int | None
    message: str

    def __str__(self) -> str:
        return self.message if self.code is None else f"{self.code}: {self.message}"


@define
class Result:
    """What became of one request.

    Attributes:
        custom_id: What the request called itself; None where the line does not say.
        ok: Whether there is a `body` to go on with: a success, and no error in or beside it.
        status_code: Of the response; None where there was none.
        body: The response as JSON data, as it came.
        error: Why it is not `ok`; None where it is.
        line: The line as it came, without its end.
        drift: Where the line is not as results are, as JSONPath; `$` for a line that cannot be read at all.
    """

    custom_id: str | None
    ok: bool
    status_code: int | None
    body: Any
    error: ResultError | None
    line: bytes
    drift: tuple[Drift, ...] = ()

    @property
    def text(self) -> str | None:
        """The content of the first choice, where there is one."""
        try:
            choice = self.body["choices"][0]
        except (TypeError, LookupError):
            return None
        if not is_object(choice):
            return None
        message = choice.get("message")
        content = message.get("content") if is_object(message) else choice.get("text")
        if is_array(content):
            parts = [part.get("text") for part in content if is_object(part)]
            return "".join(part for part in parts if isinstance(part, str))
        return content if isinstance(content, str) else None
