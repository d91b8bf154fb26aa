"""What the test proxy of Azure's SDKs, and the recorders before it, keep of an exchange: an item of `Entries`.

A body of a text type is an object, a text, or a list of lines; one of another type is in base64; a form is a list of
pieces, those that are no text behind `b64:`. https://github.com/Azure/azure-sdk-tools/tree/main/tools/test-proxy
"""

import re
from typing import Any

from conformance.exchange import Headers, essence, header
from conformance.recording.formats import values
from conformance.recording.formats.interaction import Interaction

_TEXT = re.compile(r"text/.*|.*json|.*xml|.*-urlencoded|application/json.*")
"""Types whose bodies are written as they are."""
_PACKED = "b64:"


def interaction(kept: Any) -> Interaction | None:
    """What an item of `Entries` holds; None where it is no exchange.

    Raises:
        ValueError: a body cannot be read.
    """
    if not isinstance(kept, dict):
        return None
    method, url = values.text(kept.get("RequestMethod")), values.text(kept.get("RequestUri"))
    status = values.status(kept.get("StatusCode"))
    if not method or url is None or status is None:
        return None
    sent, received = values.headers(kept.get("RequestHeaders")), values.headers(kept.get("ResponseHeaders"))
    return Interaction(
        method,
        url,
        sent,
        _body(kept.get("RequestBody"), sent),
        status,
        received,
        _body(kept.get("ResponseBody"), received),
    )


def _body(kept: Any, headers: Headers) -> bytes | None:
    if isinstance(kept, str):
        return _text(kept, _is_text(headers))
    if isinstance(kept, list) and kept and all(isinstance(one, str) for one in kept):
        return b"".join(_text(one, is_text=True) for one in kept)
    return values.body(kept)


def _text(kept: str, is_text: bool) -> bytes:  # noqa: FBT001 - as the proxy tells them apart
    if kept.startswith(_PACKED):
        found = values.from_base64(kept.removeprefix(_PACKED))
    else:
        found = None if is_text else values.from_base64(kept)
    return kept.encode("utf-8", "surrogatepass") if found is None else found


def _is_text(headers: Headers) -> bool:
    declared = header(headers, "content-type") or ""
    return "charset=utf-8" in declared.lower().replace(" ", "") or _TEXT.fullmatch(essence(declared)) is not None
