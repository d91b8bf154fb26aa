"""How a provider tells of a trouble: the status and the body that its contract documents, filled with words."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import frozen

from conformance.contract import Contract, Operation
from conformance.schema import PayloadSchema
from conformance.simulator.described import node_at
from conformance.simulator.shape import Troubles, filled

Trouble = Literal[
    "key_missing",
    "key_wrong",
    "forbidden",
    "unknown_path",
    "wrong_method",
    "not_found",
    "invalid",
    "rate_limited",
    "server_error",
    "overloaded",
    "timeout",
]
"""Why a request is not answered with a success."""


class Refusal(Exception):  # noqa: N818 - no fault of the program: it is answered in the provider's form
    """A request is refused; `detail` says what was wrong with it, or with what id."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        """Say why."""
        super().__init__(detail)
        self.trouble: Trouble = trouble
        self.detail = detail


@frozen
class Words:
    """What is said of a trouble: OpenAI's type, code and message; the detail stands in the message's place for it."""

    status: int
    type: str
    code: str | None
    message: str


WORDS: Mapping[Trouble, Words] = {
    "key_missing": Words(401, "invalid_request_error", "invalid_api_key", "You didn't provide an API key"),
    "key_wrong": Words(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided"),
    "forbidden": Words(403, "invalid_request_error", "forbidden", "You are not allowed to do this"),
    "unknown_path": Words(404, "invalid_request_error", "unknown_url", "Unknown request URL"),
    "wrong_method": Words(405, "invalid_request_error", "method_not_allowed", "Method not allowed"),
    "not_found": Words(404, "invalid_request_error", "not_found", "Not found: {}"),
    "invalid": Words(400, "invalid_request_error", "invalid_request", "Invalid request: {}"),
    "rate_limited": Words(429, "requests", "rate_limit_exceeded", "Rate limit reached, please try again later"),
    "server_error": Words(500, "server_error", "server_error", "The server had an error"),
    "overloaded": Words(503, "server_error", "overloaded", "The server is overloaded, please try again later"),
    "timeout": Words(504, "server_error", "timeout", "Gateway timeout"),
}
"""How OpenAI would say it."""


def status(operation: Operation | None, trouble: Trouble) -> int:
    """The status of a trouble: the usual one; for an invalid request 422 where only that is documented."""
    usual = WORDS[trouble].status
    if operation is not None and trouble == "invalid" and "400" not in operation.responses:
        return next((int(code) for code in ("422",) if code in operation.responses), usual)
    return usual


def body(contract: Contract, operation: Operation | None, trouble: Trouble, words: Words, detail: str) -> Any:
    """The body that the contract documents for it; where it documents none, OpenAI's."""
    schema = _schema(contract, operation, status(operation, trouble))
    text = words.message.format(detail)
    said = {"message": text, "type": words.type, "code": words.code, "param": None}
    if schema is None:
        return {"error": said}
    if "string" in str(node_at(schema, ()).get("type", "")):
        return text
    around: dict[str, Any] = {**said, "error": said, "errors": Troubles([said]), "msg": text, "detail": text}
    return filled(schema, (), around)


def _schema(contract: Contract, operation: Operation | None, code: int) -> PayloadSchema | None:
    """What is documented of a status at an operation, or else at another one, or else of another trouble there."""
    for one in (operation, *contract.operations.values()):
        response = one.response(code) if one else None
        if response is not None and response.schema is not None:
            return response.schema
    for one in (operation, *contract.operations.values()):
        for key, response in one.responses.items() if one else ():
            if response.schema is not None and not key.startswith(("1", "2", "3")):
                return response.schema
    return None
