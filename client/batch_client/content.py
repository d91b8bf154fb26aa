"""Where the content of a batch's files is: an id, or an address; and how it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from batch_client.drift import Drift
from batch_client.errors import BatchError, NotFound, UnreadableResponse
from batch_client.failure import TOLD, failure_of
from batch_client.property import value_of
from batch_client.reading import ENOUGH, error_in, is_place, json_of, shown, unreadable
from batch_client.sending import send
from batch_client.steps import Flow, Load, Open, Shut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint

AS_IT_IS: Mapping[str, str] = {"accept-encoding": "identity"}
"""Files are not asked for packed: of what is packed no part can be asked for."""
AT_MOST = 5.0
"""Seconds for a look at a file of errors, of which no more is wanted than its beginning."""
HELD = 1 << 16
"""Bytes kept back until it is clear that they are no error: one is shorter."""


def is_elsewhere(source: str) -> bool:
    """Whether a file is at an address of its own: there the key is not sent, and redirects are followed."""
    return source[:8].lower().startswith(("https://", "http://"))


def opening(endpoint: Endpoint, source: str, timeout: Timeout | Default) -> Open:
    """The request for a file, by its id or address.

    Raises:
        BatchError: it is no id, nor an address.
    """
    if is_elsewhere(source):
        check_address(source)
        return Open({"method": "GET", "url": source, "headers": AS_IT_IS, **endpoint.within(timeout)}, elsewhere=True)
    arguments = endpoint.call("file_content", ids={"file_id": source}, timeout=timeout).arguments
    return Open({**arguments, "headers": {**arguments["headers"], **AS_IT_IS}})


def check_address(source: str) -> None:
    """Look whether a file's address is one.

    Raises:
        BatchError: it is not.
    """
    try:
        if is_place(httpx.URL(source)):
            return
    except (httpx.InvalidURL, ValueError):
        pass
    raise BatchError(f"a file is said to be at an address that is none: {shown(source.partition('?')[0])!r}")


def looked_up(endpoint: Endpoint, asked: Any, timeout: Timeout | Default) -> Flow[Any]:
    """What somebody means: a batch as it is, a batch's id as that batch, any other id or an address as such.

    Raises:
        BatchError: it cannot be found out.
    """
    if not isinstance(asked, str) or is_elsewhere(asked):
        return asked
    try:
        return (yield from send(endpoint, endpoint.call("retrieve_batch", ids={"batch_id": asked}, timeout=timeout)))
    except NotFound:
        return asked


def named(batch: Any, field: str) -> str | None:
    """The file that a batch names in a field, if it does."""
    source = value_of(batch, field)
    return source if isinstance(source, str) and source else None


def missing(endpoint: Endpoint, batch: Any, called: str) -> Flow[BatchError]:
    """The error of a batch without a file: with what it says of why, and the first lines of its file of errors."""
    said = f"batch {value_of(batch, 'id')} has no {called}: its status is {value_of(batch, 'status')}"
    lines = yield from first_lines(endpoint, batch)
    return BatchError("; ".join(one for one in (said, failure_of(batch), lines) if one))


def first_lines(endpoint: Endpoint, batch: Any) -> Flow[str]:
    """The first lines of a batch's file of errors, in one; nothing where there is none, or none comes soon."""
    source = named(batch, "error_file_id")
    if source is None:
        return ""
    try:
        response: httpx.Response = yield opening(endpoint, source, AT_MOST)
        response = yield Load(ENOUGH)
        yield Shut()
    except (httpx.HTTPError, BatchError):
        return ""
    if not response.is_success:
        return ""
    lines = response.content[:ENOUGH].decode(errors="replace").splitlines()[:TOLD]
    return "it begins: " + " | ".join(shown(endpoint.secret.hide(line)) for line in lines) if lines else ""


def refuse_errors(response: httpx.Response, content: bytes) -> None:
    """A short content may be an error, or a page to sign in, instead of the lines of a file.

    Raises:
        BatchError: it is one.
    """
    whole = httpx.Response(
        response.status_code,
        headers={"content-type": response.headers.get("content-type", "")},
        content=content,
        request=response.request,
    )
    if whole.headers["content-type"].startswith("text/html"):
        raise unreadable(whole, Drift("$", "the content of a file", "a web page"))
    try:
        payload = json_of(whole)
    except UnreadableResponse:
        return
    error = error_in(whole, payload)
    if error and "custom_id" not in payload:
        raise error
