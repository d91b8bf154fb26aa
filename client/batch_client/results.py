"""The results of a batch as one stream: its output file, then its error file, line by line, none of them in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batch_client.content import HELD, looked_up, missing, named, opening, refuse_errors
from batch_client.drift import Drift, described, is_array, is_object
from batch_client.errors import ConnectionFailed, UnreadableResponse
from batch_client.lines import Lines, Problem, read
from batch_client.model import value_of
from batch_client.reading import BODY_SHOWN, refused, without
from batch_client.result import Result, ResultError
from batch_client.sending import answered
from batch_client.steps import Flow, Items, Load, Piece, Shut

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx

    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint

_MAY_HAVE_NONE = ("cancelled", "expired")
"""Statuses that a batch may end in before any request of it did."""
_LINE = "a result as a JSON object"


def results(endpoint: Endpoint, asked: Any, timeout: Timeout | Default) -> Flow[None]:
    """Every result of a batch, or of the file of an id or address.

    Raises:
        BatchError: there are none, or a file did not come whole.
        UnreadableResponse: strict, and a line is not as results are.
    """
    found = yield from looked_up(endpoint, asked, timeout)
    if isinstance(found, str):
        sources = [found]
    else:
        sources = [one for one in (named(found, "output_file_id"), named(found, "error_file_id")) if one]
        if not sources and value_of(found, "status") not in _MAY_HAVE_NONE:
            raise missing(found, "results")
    for source in dict.fromkeys(sources):
        yield from _of_file(endpoint, source, timeout)


def _of_file(endpoint: Endpoint, source: str, timeout: Timeout | Default) -> Flow[None]:
    step = opening(endpoint, source, timeout)
    reading = _Reading(endpoint)

    def attempt() -> Flow[httpx.Response]:
        response: httpx.Response = yield step
        if not response.is_success:
            yield Load()
            return response
        reading.begin(response)
        while (piece := (yield Piece())) is not None:
            if results := reading.take(piece):
                yield Items(results)
        return response

    response = yield from answered(endpoint, attempt, step.arguments, repeatable=True)
    if not response.is_success:
        raise refused(response)
    yield Items(reading.end(response))
    yield Shut()


class _Reading:
    """One file as it is read. Where the connection breaks, it is read again, and what was handed out passed over."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._lines = Lines()
        self._taken = 0
        self._again = 0
        self._mark: str | None = None
        self._held: bytes | None = b""

    def begin(self, response: httpx.Response) -> None:
        mark = response.headers.get("etag")
        if self._taken and mark != self._mark:
            raise ConnectionFailed("the connection broke, and the file has changed since: nothing to go on from")
        self._mark = mark
        self._again = self._taken

    def take(self, piece: bytes) -> list[Result]:
        passed = min(self._again, len(piece))
        self._again -= passed
        self._taken += len(piece) - passed
        piece = piece[passed:] if passed else piece
        if self._held is not None:
            self._held += piece
            if len(self._held) <= HELD:
                return []
            piece, self._held = self._held, None
        return self._results(self._lines.feed(piece))

    def end(self, response: httpx.Response) -> list[Result]:
        if self._again:
            raise ConnectionFailed("the connection broke, and the file is shorter now: nothing to go on from")
        if self._held is not None:
            refuse_errors(response, self._held)
        found = self._results(self._lines.feed(self._held or b""))
        return found + self._results(self._lines.rest(), cut=True)

    def _results(self, lines: Iterable[tuple[int, bytes, Problem | None]], *, cut: bool = False) -> list[Result]:
        found = [result_of(line, problem, number, cut=cut) for number, line, problem in lines]
        for result in found:
            if result.drift:
                self._told(result)
        return found

    def _told(self, result: Result) -> None:
        endpoint = self._endpoint
        if not endpoint.strict:
            endpoint.tell("file_content", result.drift)
            return
        drift = result.drift[0]
        body = without(result.line[:BODY_SHOWN].decode(errors="replace"), endpoint.key)
        observed = without(drift.observed, endpoint.key)
        raise UnreadableResponse(str(drift), drift.documented, observed, 200, "", body)


def result_of(line: bytes, problem: Problem | None = None, number: int = 1, *, cut: bool = False) -> Result:
    """The result that a line tells.

    Args:
        line: The line, without its end.
        problem: What is known to be wrong with it as a line.
        number: Which line it is, for the words of a problem.
        cut: Whether the file ends behind it without a line feed, so that it may not be whole.
    """
    row = problem or read(line)
    if isinstance(row, Problem):
        observed = f"{row.observed}, cut off at the end of the file" if cut else row.observed
        why = ResultError(None, f"line {number} is {observed}")
        return Result(
            None, ok=False, status_code=None, body=None, error=why, line=line, drift=(Drift("$", _LINE, observed),)
        )
    custom_id: Any = row.get("custom_id")
    response: Any = row.get("response")
    error: Any = row.get("error")
    if custom_id.__class__ is str and error is None and response.__class__ is dict:
        status, body = response.get("status_code"), response.get("body")
        if status.__class__ is int and 200 <= status < 300 and body.__class__ is dict and body and not _doubtful(body):
            return Result(custom_id, ok=True, status_code=status, body=body, error=None, line=line)
    return _looked_at(row, line)


def _doubtful(body: dict[str, Any]) -> bool:
    """Whether the body of a success may be an error all the same."""
    return bool(body.get("error")) or ("code" in body and "id" not in body)


def _looked_at(row: dict[str, Any], line: bytes) -> Result:
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
        return ResultError(None, f"status {status}{'' if body else ', and no body'}")
    if not body:
        return ResultError(None, f"status {status}, and no body") if status is not None else _NOTHING
    return None if is_object(body) else ResultError(None, f"the body is {described(body)} where an object belongs")


def _number(status: Any) -> int | None:
    """A status as a number, also where it is written as a text."""
    if isinstance(status, str) and status.isascii() and status.isdigit() and len(status) < 10:
        return int(status)
    return int(status) if isinstance(status, (int, float)) and not isinstance(status, bool) else None


def _error_in(body: Any, *, refused: bool) -> ResultError | None:
    if is_object(body):
        if body.get("error"):
            return _error(body["error"])
        if refused or ("code" in body and "message" in body and "id" not in body and not body.get("data")):
            return _error(body)
    return _error(body) if refused else None


def _error(told: Any) -> ResultError | None:
    """What an error says: `{"code", "message"}`, `{"error": …}`, a list of such, or a text; None if nothing."""
    if is_array(told):
        return next((one for one in map(_error, told) if one), None)
    if isinstance(told, str):
        return ResultError(None, told) if told.strip() else None
    if not is_object(told):
        return None
    if inner := _error(told.get("error")):
        return inner
    code = told.get("code") if isinstance(told.get("code"), (str, int)) else None
    message = told.get("message") or told.get("detail") or told.get("msg")
    if not message and code is None:
        return None
    return ResultError(code, message if isinstance(message, str) else described(message or told.get("type")))
