"""What a line of a file of results says became of a request: read as it comes, whatever is wrong with it."""

import json
from typing import Any

from batch_client.drift import Drift, described, is_array, is_object
from batch_client.lines import Problem, read
from batch_client.result import Result, ResultError

_SHOWN = 200
"""Characters of a message that is no text."""
_LINE = "a result as a JSON object"


def result_of(line: bytes, number: int = 1, *, cut: bool = False) -> Result:
    """The result that a line tells.

    Args:
        line: The line, without its end.
        number: Which line it is, for the words of a problem.
        cut: Whether the file ends behind it without a line feed, so that it may not be whole.
    """
    row = read(line)
    if isinstance(row, Problem):
        observed = f"{row.observed}, cut off at the end of the file" if cut else row.observed
        why = ResultError(None, f"line {number} is {observed}")
        drift = (Drift("$", _LINE, observed),)
        return Result(None, ok=False, status_code=None, body=None, error=why, line=bytes(line), drift=drift)
    try:  # what nearly every line is
        custom_id, response, error = row["custom_id"], row["response"], row["error"]
        status, body = response["status_code"], response["body"]
    except (KeyError, TypeError):
        return looked_at(row, line)
    if (
        error is None
        and custom_id.__class__ is str
        and status.__class__ is int
        and 200 <= status < 300
        and body.__class__ is dict
        and body
        and not _doubtful(body)
    ):
        return Result(custom_id, True, status, body, None, line)  # noqa: FBT003 - by name it takes longer
    return looked_at(row, line)


def _doubtful(body: dict[str, Any]) -> bool:
    """Whether the body of a success may be an error all the same."""
    return bool(body.get("error")) or ("code" in body and "id" not in body)


def looked_at(row: dict[str, Any], line: bytes) -> Result:
    """A line that is not simply a success."""
    custom_id, response, error = row.get("custom_id"), row.get("response"), row.get("error")
    drift: list[Drift] = []
    if not isinstance(custom_id, str):
        observed = described(custom_id) if "custom_id" in row else "missing"
        drift.append(Drift("$.custom_id", "a string", observed))
    if response is not None and not is_object(response):
        drift.append(Drift("$.response", "an object or null", described(response)))
    if error is not None and not is_object(error):
        drift.append(Drift("$.error", "an object or null", described(error)))
    status: Any = None
    body: Any = None
    if is_object(response):
        status, body = response.get("status_code"), response.get("body")
        if status.__class__ is not int or not 100 <= status <= 599:
            observed = described(status) if "status_code" in response else "missing"
            drift.append(Drift("$.response.status_code", "a status code", observed))
        if body is not None and not is_object(body):
            drift.append(Drift("$.response.body", "an object", described(body)))
    elif response is not None:
        body = response
    why = _why(status, body, error) or (_NOTHING if response is None else None)
    if why is _NOTHING and not drift:
        drift.append(Drift("$", "a response or an error", "neither"))
    return Result(custom_id, why is None, status, body, why, line, tuple(drift))


_NOTHING = ResultError(None, "the line has neither a response nor an error")


def _why(status: Any, body: Any, error: Any) -> ResultError | None:
    """The reason why there is nothing to go on with; None if there is."""
    if error:
        return _error(error) or ResultError(None, described(error))
    refused = not (_number(status) is None or 200 <= (_number(status) or 0) < 300)
    if told := _error_in(body, refused=refused):
        return told
    if refused:
        return ResultError(None, f"status {_shown(status)}{'' if body else ', and no body'}")
    if not body:
        return ResultError(None, f"status {_shown(status)}, and no body") if status is not None else _NOTHING
    return None if is_object(body) else ResultError(None, f"the body is {described(body)} where an object belongs")


def _number(status: Any) -> int | None:
    """A status as a number, also where it is written as a text."""
    if isinstance(status, str) and status.isascii() and status.isdigit() and len(status) < 10:
        return int(status)
    if isinstance(status, float):
        return int(status) if status.is_integer() else None
    return status if isinstance(status, int) and not isinstance(status, bool) else None


def _shown(status: Any) -> str:
    return str(status) if isinstance(status, (int, float, str)) else described(status)


def _error_in(body: Any, *, refused: bool) -> ResultError | None:
    if is_object(body):
        if body.get("error"):
            return _error(body["error"])
        if refused or ("code" in body and "message" in body and "id" not in body and not body.get("data")):
            return _error(body)
    return _error(body) if refused else None


def _error(told: Any, levels: int = 8) -> ResultError | None:
    """What an error says: `{"code", "message"}`, `{"error": …}`, a list of such, or a text; None if nothing.

    Looked for so many levels deep: what says it deeper says it to nobody.
    """
    if levels and is_array(told):
        return next((one for each in told if (one := _error(each, levels - 1))), None)
    if isinstance(told, str):
        return ResultError(None, told) if told.strip() else None
    if not levels or not is_object(told):
        return None
    if inner := _error(told.get("error"), levels - 1):
        return inner
    code = told.get("code") if isinstance(told.get("code"), (str, int)) else None
    message = told.get("message") or told.get("detail") or told.get("msg")
    if not message and code is None:
        return None
    return ResultError(code, message if isinstance(message, str) else _words(message or told.get("type")))


def _words(value: Any) -> str:
    try:
        return "" if value is None else json.dumps(value, ensure_ascii=False)[:_SHOWN]
    except RecursionError:
        return described(value)
