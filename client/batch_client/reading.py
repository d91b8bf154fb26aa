"""From a response to a model, or to the error that it tells."""

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from attrs import evolve

from batch_client.drift import Drift, described, is_array, is_object
from batch_client.errors import StatusError, UnreadableResponse, status_error_class
from batch_client.model import Model
from batch_client.property import value_of
from batch_client.retry import retry_after
from batch_client.secrecy import Secret, credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY_SHOWN = 2000
"""Characters of a body that an error carries."""
ENOUGH = 4 * BODY_SHOWN
"""Bytes that are looked at for that."""
MESSAGE_SHOWN = 200
"""Characters of a message, or of anything else that an endpoint says in a line."""
PAYLOAD_KEPT = 1 << 16
"""Bytes of a body that an error carries as JSON data too."""

_REQUEST_IDS = ("request-id", "trace-id")
"""Ends of the names of headers that hold what an endpoint calls a request."""

_NO_ENVELOPE = "no envelope"
_ARRAY = "an array"
"""How `kinds` calls it."""

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
        if not strict and drift.documented == _NO_ENVELOPE:
            continue
        if strict or (needed is not None and (needed + ".").startswith(drift + ".")):
            raise unreadable(response, drift)
    if needed is not None and _there(found, needed) == "":
        raise unreadable(response, Drift(needed, "an id", "nothing"))
    return found


def _there(found: Any, place: str) -> Any:
    """What stands at a place, as JSONPath."""
    for step in place.split(".")[1:]:
        found = value_of(found, step)
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
    except (ValueError, RecursionError):  # UnicodeError is a ValueError
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
    own = next((field.kind.documented for field in model.FIELDS if field.name == "data"), None)
    is_page = own is not None and own.startswith(_ARRAY) and is_object(inner) and is_array(inner.get("data"))
    if "id" in payload or not is_object(inner) or (own is not None and not is_page):
        return model.from_dict(payload)
    found = model.from_dict(inner)
    return evolve(found, drift=(Drift("$.data", _NO_ENVELOPE, "an object in an envelope"), *found.drift))


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
    secret = _secret(response)
    return UnreadableResponse(
        secret.hide(str(drift)),
        secret.hide(drift.documented),
        secret.hide(drift.observed),
        response.status_code,
        secret.hide(shown(response.headers.get("content-type", ""))),
        _text(response),
    )


def _status_error(response: httpx.Response, payload: Any, message: str) -> StatusError:
    if location := response.headers.get("location") if response.is_redirect else None:
        message = f"it points to {location.partition('?')[0]}; if that is right, make it the base_url"
    secret = _secret(response)
    return status_error_class(response.status_code)(
        response.status_code,
        _text(response),
        secret.hide(payload) if len(response.content) <= PAYLOAD_KEPT else None,
        shown(secret.hide(message[:ENOUGH]) or _text(response)),
        retry_after(response),
        secret.hide(_request_id(response, payload)),
        *_asked(response),
    )


def _asked(response: httpx.Response) -> tuple[str, str]:
    """The method and the address of the request, of which the query may give access, and is left out."""
    try:
        request = response.request
    except RuntimeError:  # a response that no request led to
        return "", ""
    return request.method, address(request.url)


def is_place(url: httpx.URL) -> bool:
    """Whether an address has a host that can be one, and no port that cannot."""
    return bool(_HOST.fullmatch(url.host)) and (url.port is None or 0 < url.port < 1 << 16)


_HOST = re.compile(r"[^\s%/\\<>\"{}|^`@]+")


def address(url: httpx.URL | str) -> str:
    """An address as errors and logs name it: without what in it may give access."""
    try:
        return str(httpx.URL(url).copy_with(query=None, fragment=None, userinfo=b""))
    except (httpx.InvalidURL, ValueError, TypeError):
        return "an address that is none"


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
    """The beginning of the body as text: as UTF-8, whatever charset it declares, since JSON is."""
    text: str = _secret(response).hide(response.content[:ENOUGH].decode(errors="replace"))
    return text if len(text) <= BODY_SHOWN else f"{text[:BODY_SHOWN]}…"


def shown(text: str) -> str:
    """A text of an endpoint's as part of a line."""
    line = " ".join(text.split())[:MESSAGE_SHOWN]
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def _secret(response: httpx.Response) -> Secret:
    """What the request was sent with: whoever cuts a text hides that first."""
    try:
        headers: Mapping[str, str] = response.request.headers
    except RuntimeError:  # a response that no request led to
        headers = {}
    return _of_texts(*credentials(headers))


@lru_cache(maxsize=32)
def _of_texts(*texts: str) -> Secret:
    return Secret(*texts)
