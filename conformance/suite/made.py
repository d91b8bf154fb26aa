"""What a run makes on an endpoint, and takes back: only what a look afterwards shows is believed.

A server may answer a deletion in any way and keep the file. So a file is taken back where a request that showed it
before no longer does, a batch where a look shows that it has ended or is being cancelled.
"""

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from attrs import evolve, frozen

from conformance.contract import Operation
from conformance.endpoint import BudgetSpent, PathRefused, WriteRefused, askable
from conformance.exchange import Exchange
from conformance.outcome import Remains
from conformance.suite.probe import OutOfReach, Probe, ids, is_success, items, payload

ENDED = frozenset({"cancelling", "cancelled", "canceled", "completed", "failed", "expired"})
"""Statuses of a batch that costs nothing more."""

TRIES = 2
"""How often taking back is tried."""

_Item = Mapping[str, Any]
_Shown = _Item | Literal["gone", "unknown"]


@frozen
class Kind:
    """A kind of thing: what it is called, the operations that show and undo it, and when it counts as undone."""

    what: str
    parameter: str
    shows: str
    lists: str
    undoes: str
    undone: Callable[[_Item], bool]


Look = Callable[[Probe, Kind, str], _Shown]

FILE = Kind("the uploaded file", "file_id", "retrieve_file", "list_files", "delete_file", lambda _: False)
BATCH = Kind(
    "the batch",
    "batch_id",
    "retrieve_batch",
    "list_batches",
    "cancel_batch",
    lambda item: str(item.get("status")).lower() in ENDED,
)


def made(
    probe: Probe, kind: Kind, answer: Exchange, known_by: str, search: Callable[[_Item], bool]
) -> str | Remains | None:
    """The id of what a request made, told or found in the list; what may remain; None where nothing was made.

    A request that got no answer, or a bad one, may have made something all the same: `search` finds it in the list,
    `known_by` says by what its owner does.
    """
    told = ids(answer)
    if told and askable(told[-1]):
        return told[-1]
    if told:
        why = "is still there: such an id cannot stand in the path of a request"
        return Remains(probe.name, kind.what, told[-1], why)
    try:
        shown, whole = _listed(probe, kind)
    except (BudgetSpent, OutOfReach, WriteRefused):
        shown, whole = (), False
    found = [str(item["id"]) for item in shown if isinstance(item.get("id"), str) and search(item)]
    if found:
        return found[0] if askable(found[0]) else Remains(probe.name, kind.what, found[0], "is still there")
    if whole or (answer.answer is not None and 400 <= answer.answer.status < 500):
        return None
    said = _said(answer)
    why = f"may be there: what was to make it was {said}, and no list shows what came of it"
    return Remains(probe.name, f"{kind.what} of", known_by, why)


@contextmanager
def taken_back(probe: Probe, remains: dict[str, Remains], kind: Kind, name: str) -> Iterator[None]:
    """Take back what was made, also after a failure or Ctrl-C; until it is, it is among the remains."""
    left = Remains(probe.name, kind.what, name, "is still there: the run was broken off", _removal(probe, kind))
    if probe.endpoint.advance is None:
        remains[name] = left
    try:
        yield
    finally:
        probe.endpoint.hold(0)
        try:
            why = _take_back(probe, kind, name)
        except (BudgetSpent, OutOfReach, PathRefused, WriteRefused) as reason:
            why = f"is still there, or may be: {str(reason) or 'the budget of requests is spent'}"
        remains.pop(name, None)
        if why and probe.endpoint.advance is None:
            remains[name] = evolve(left, why=why)


def _take_back(probe: Probe, kind: Kind, name: str) -> str:
    """Take back and look; why it is, or may be, still there, or nothing."""
    undo = probe.operation(kind.undoes, groundwork=True)
    if undo is None:
        return f"is still there: its contract documents no {kind.undoes}"
    look, said = None, ""
    for one in (_retrieved, _listing):
        sight = _sight(one, probe, kind, name)
        if isinstance(sight, Mapping):
            look = one
            if kind.undone(sight):
                probe.not_asked.setdefault(kind.undoes, f"{kind.what} had ended before")
                return ""
            break
    for _ in range(TRIES):
        answer = probe.ask(undo, path={kind.parameter: name})
        said = f"{undo.method} {undo.path} was {_said(answer)}"
        sight = _sight(look, probe, kind, name) if look is not None else "unknown"
        if sight == "gone" or (isinstance(sight, Mapping) and kind.undone(sight)):
            return ""
        if isinstance(sight, Mapping):
            status = f", its status is {sight['status']}" if isinstance(sight.get("status"), str) else ""
            if kind is FILE and is_success(answer):
                probe.contradicted[:] = [f"{kind.undoes}: {said}, and {kind.what} is still there"]
            said = f"is still there: {said}{status}"
        elif look is not None:
            said = f"may be there: {said}, and no look at it succeeded"
        else:
            return f"may be there: {said}, and nothing showed it even before"
    return said


def _sight(look: Look, probe: Probe, kind: Kind, name: str) -> _Shown:
    """What a look shows; where it cannot be had, what was made has to be taken back all the same."""
    try:
        return look(probe, kind, name)
    except OutOfReach:
        return "unknown"


def _retrieved(probe: Probe, kind: Kind, name: str) -> _Shown:
    operation = probe.operation(kind.shows, groundwork=True)
    if operation is None:
        return "unknown"
    exchange = probe.ask(operation, path={kind.parameter: name})
    if is_success(exchange):
        return next(iter(items(exchange)), {})
    return "gone" if exchange.answer is not None and exchange.answer.status in {404, 410} else "unknown"


def _listing(probe: Probe, kind: Kind, name: str) -> _Shown:
    shown, whole = _listed(probe, kind)
    found = [item for item in shown if item.get("id") == name]
    return found[0] if found else "gone" if whole else "unknown"


def _listed(probe: Probe, kind: Kind) -> tuple[list[_Item] | tuple[()], bool]:
    """The items of the list's first page, and whether that is all of them."""
    operation = probe.operation(kind.lists, groundwork=True)
    exchange = probe.ask(operation) if operation is not None else None
    if exchange is None or not is_success(exchange):
        return (), False
    body = payload(exchange)
    return items(exchange), isinstance(body, dict | list) and not (
        isinstance(body, dict) and body.get("has_more") is True
    )


def _said(exchange: Exchange) -> str:
    return f"answered {exchange.answer.status}" if exchange.answer is not None else "not answered"


def _removal(probe: Probe, kind: Kind) -> str | None:
    """The command that takes a thing back, with `{id}` for its id."""
    undo = probe.contract.operations.get(kind.undoes)
    return None if undo is None else command(probe, undo, kind.parameter)


def command(probe: Probe, operation: Operation, parameter: str) -> str:
    """A curl line for an operation on one thing, with `{id}` for its id."""
    url = probe.endpoint.base_url + operation.path.replace(f"{{{parameter}}}", "{id}")
    name, value = probe.header
    return f'curl -X {operation.method} {shlex.quote(url)} -H "{name}: {value}"'
