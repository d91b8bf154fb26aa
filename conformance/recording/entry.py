"""One exchange as an entry of HAR 1.2, as this project writes it."""

import base64
from datetime import UTC, datetime
from typing import Any

from conformance.exchange import Answer, Credentials, Headers, Request, header
from conformance.failures import NO_RESPONSE
from conformance.recording.har import CREDENTIALS, FAILURE, UNKNOWN


def entry(
    request: Request,
    answer: Answer | None,
    started: float,
    *,
    credentials: Credentials | None = None,
    failure: str | None = None,
    seconds: float = 0.0,
    unkept: int | None = None,
) -> dict[str, Any]:
    """A HAR entry; bodies that are not UTF-8 are in base64. `credentials` are kept if the headers do not tell them.

    `unkept`: how many bytes the answer's body had, where it is not at hand.
    """
    moment = datetime.fromtimestamp(started, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    query = [{"name": name, "value": value} for name, value in request.query]
    sent: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body is not None:
        declared = header(request.headers, "content-type") or ""
        sent["postData"] = {"mimeType": declared, **written(request.body)}
    content: dict[str, Any] = {"size": 0, "mimeType": UNKNOWN}
    if answer is not None:
        content = {"size": len(answer.body), "mimeType": answer.media_type or UNKNOWN, **written(answer.body)}
        if unkept is not None:
            content = {"size": unkept, "mimeType": answer.media_type or UNKNOWN}
    extra = {CREDENTIALS: credentials} if credentials else {}
    return {
        "startedDateTime": moment,
        "time": round(seconds * 1000, 3),
        "request": sent,
        "response": {
            "status": answer.status if answer else 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _named(answer.headers) if answer else [],
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": round(seconds * 1000, 3), "receive": 0},
        **extra,
        **({FAILURE: failure or NO_RESPONSE} if answer is None else {}),
    }


def _named(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def written(body: bytes) -> dict[str, str]:
    """A body as HAR has it: a text, or what is no UTF-8 in base64."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
