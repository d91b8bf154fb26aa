"""From a response to a model, or to the error that it tells."""

import json
from typing import Any, TypeVar

import httpx
from attrs import evolve

from batch_client.drift import Drift, described, is_array, is_object
from batch_client.errors import StatusError, UnreadableResponse, status_error_class
from batch_client.model import Model
from batch_client.retry import retry_after

BODY_SHOWN = 2000
"""Characters of a body that an error carries."""

_REQUEST_IDS = ("request-id", "trace-id")
"""Ends of the names of headers that hold what an endpoint calls a request."""

M = TypeVar("M", bound=Model)


def read(model: type[M], response: httpx.Response, *, strict: bool = False, needed: str | None = None) -> M:
    """Read a success.

    Args:
        model: What is documented.
        response: The response, its body loaded.
        strict: Whether any drift is an error.
        needed: A place without which the response is of no use to a caller, as JSONPath.

    Raises:
        StatusError: It is no success.
        UnreadableResponse: The body cannot be read, or not as documented where that is needed.
    """
    if not response.is_success:
        raise refused(response)
    payload = object_of(response)
    if error := error_in(response, payload):
        raise error
    found = _opened(model, payload)
    for drift in found.drift:
        if strict or (needed is not None and (needed + ".").startswith(drift + ".")):
            raise unreadable(response, drift)
    return found


def json_of(response: httpx.Response) -> Any:
    """The body as JSON data.

    Raises:
        UnreadableResponse: It is not JSON.
    """
    if not response.content:
        raise unreadable(response, Drift("$", "JSON", "nothing"))
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise unreadable(response, Drift("$", "JSON", "something else")) from None


def object_of(response: httpx.Response) -> dict[str, Any]:
    """The body as a JSON object.

    Raises:
        UnreadableResponse: It is none.
    """
    payload = json_of(response)
    if not is_object(payload):
        raise unreadable(response, Drift("$", "an object", described(payload)))
    return payload


def _opened(model: type[M], payload: dict[str, Any]) -> M:
    """The object of a model; an endpoint that puts some answers into an envelope may do so with others."""
    inner = payload.get("data")
    if "id" in payload or not is_object(inner) or any(field.name == "data" for field in model.FIELDS):
        return model.from_dict(payload)
    found = model.from_dict(inner)
    return evolve(found, drift=(Drift("$.data", "no envelope", "an object in an envelope"), *found.drift))


def refused(response: httpx.Response) -> StatusError:
    """The error of a response that is no success."""
    try:
        payload = json_of(response)
    except UnreadableResponse:
        payload = None
    return _status_error(response, payload, _message(payload))


def error_in(response: httpx.Response, payload: Any) -> StatusError | None:
    """The error that stands in the body of a success, if one does."""
    if not is_object(payload) or "id" in payload:
        return None
    told = payload.get("error") or ("code" in payload and "message" in payload)
    return _status_error(response, payload, _message(payload)) if told and not payload.get("data") else None


def unreadable(response: httpx.Response, drift: Drift) -> UnreadableResponse:
    """The error of a response that is not as documented at one place."""
    return UnreadableResponse(
        str(drift),
        drift.documented,
        drift.observed,
        response.status_code,
        response.headers.get("content-type", ""),
        _text(response),
    )


def _status_error(response: httpx.Response, payload: Any, message: str) -> StatusError:
    if location := response.headers.get("location") if response.is_redirect else None:
        message = f"it points to {location.partition('?')[0]}; if that is right, make it the base_url"
    secret = _secret(response)
    return status_error_class(response.status_code)(
        response.status_code,
        _text(response),
        without(payload, secret),
        " ".join((without(message, secret) or _text(response)).split())[:200],
        retry_after(response),
        without(_request_id(response, payload), secret),
        *_asked(response),
    )


def _asked(response: httpx.Response) -> tuple[str, str]:
    """The method and the address of the request, of which the query may give access, and is left out."""
    try:
        request = response.request
    except RuntimeError:  # a response that no request led to
        return "", ""
    return request.method, str(request.url.copy_with(query=None, fragment=None))


def _request_id(response: httpx.Response, payload: Any) -> str | None:
    """What the endpoint calls the request: in a header, or in the body beside or in the error."""
    for name, value in response.headers.items():
        if name.endswith(_REQUEST_IDS):
            return value
    inner = payload.get("error") if is_object(payload) else None
    for holder in (payload, inner):
        if is_object(holder) and isinstance(holder.get("request_id"), str):
            found: str = holder["request_id"]
            return found
    return None


def _message(payload: Any) -> str:
    """What an error body says: `{"error": {"message"}}`, `{"error": "…"}`, `{"message"}` or a bare string."""
    if is_object(payload):
        return _message(payload.get("error") or payload.get("message") or payload.get("detail"))
    return payload if isinstance(payload, str) else ""


def _text(response: httpx.Response) -> str:
    text: str = without(response.text, _secret(response))
    return text if len(text) <= BODY_SHOWN else f"{text[:BODY_SHOWN]}…"


def _secret(response: httpx.Response) -> str:
    try:
        authorization: str = response.request.headers.get("authorization", "")
    except RuntimeError:  # a response that no request led to
        return ""
    return authorization.rpartition(" ")[2]


def without(value: Any, secret: str) -> Any:
    """JSON data without the key, which some endpoints repeat when they refuse it."""
    if not secret:
        return value
    if isinstance(value, str):
        return value.replace(secret, "<key>")
    if is_object(value):
        return {name: without(item, secret) for name, item in value.items()}
    if is_array(value):
        return [without(item, secret) for item in value]
    return value
