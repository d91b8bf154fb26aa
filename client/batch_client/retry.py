"""When a request is sent again, and after how long."""

import json
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

import httpx

from batch_client.drift import is_object

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
"""Seconds between tries; each pause is twice the one before, and up to half of it is left to chance."""
LONGEST_RETRY_AFTER = 60.0
"""A longer wait than this is the caller's decision."""

_NOT_PROCESSED = frozenset({409, 429})
"""Statuses that say that the request has changed nothing."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Failures before the endpoint could see the request."""
_OF_THE_REQUEST = (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.ProxyError)
"""Failures that another try would meet again."""


def pause(tried: int, outcome: httpx.Response | httpx.HTTPError, *, retries: int, repeatable: bool) -> float | None:
    """How long to wait before the next try, in seconds; None if there is to be none.

    Args:
        tried: How many tries there were.
        outcome: What the last one came to.
        retries: How many more than one there may be.
        repeatable: Whether the request may be sent again although it may have been processed.
    """
    if tried > retries or not _worthwhile(outcome, repeatable=repeatable):
        return None
    asked = retry_after(outcome) if isinstance(outcome, httpx.Response) else None
    if asked is not None:
        return asked if asked <= LONGEST_RETRY_AFTER else None
    longest: float = min(FIRST_PAUSE * 2 ** (tried - 1), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - no secret hangs on it


def _worthwhile(outcome: httpx.Response | httpx.HTTPError, *, repeatable: bool) -> bool:
    if isinstance(outcome, httpx.Response):
        status = outcome.status_code
        if status == 429 and is_spent(_payload(outcome)):
            return False
        return status in _NOT_PROCESSED or (repeatable and (status == 408 or status >= 500))
    if isinstance(outcome, _OF_THE_REQUEST):
        return False
    return repeatable or isinstance(outcome, _NEVER_SENT)


def is_spent(payload: Any) -> bool:
    """Whether a refusal says that there is no money left, or no quota: waiting does not bring it back."""
    if not is_object(payload):
        return False
    inner = payload.get("error")
    said = [holder.get(name) for holder in (payload, inner) if is_object(holder) for name in _NAMES_ERRORS]
    return any(isinstance(one, str) and one.lower() in _SPENT for one in [*said, inner])


_NAMES_ERRORS = ("type", "code", "status", "reason")
_SPENT = frozenset(
    {
        "exceeded_current_quota_error",
        "insufficient_quota",
        "insufficient_balance",
        "billing_hard_limit_reached",
        "billing_not_active",
    }
)


def may_have_happened(outcome: httpx.Response | httpx.HTTPError) -> bool:
    """Whether a request that was not answered with a success may have been processed all the same."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code == 408 or (outcome.status_code >= 500 and outcome.status_code != 503)
    return not isinstance(outcome, (*_NEVER_SENT, *_OF_THE_REQUEST))


def _payload(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None


def retry_after(response: httpx.Response) -> float | None:
    """The wait that a response asks for, in seconds: its Retry-After, which is seconds or a date."""
    value: Any = response.headers.get("retry-after")
    if not value:
        return None
    try:
        seconds = float(value)
        return max(seconds, 0.0) if isfinite(seconds) else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):  # a date beyond the calendar, or half a date
        return None
