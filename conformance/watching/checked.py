"""The report of what was kept: the one that `check` would give of a recording of it."""

import logging
import time
from collections.abc import Sequence

from attrs import evolve

from conformance import against, traffic
from conformance.drift import Drift
from conformance.known import today
from conformance.outcome import Result, settle
from conformance.traffic.notes import SENTENCES
from conformance.watching.follower import words

_log = logging.getLogger("conformance.watching")
_log.addHandler(logging.NullHandler())
_EMPTY = f"1 × {SENTENCES['file-empty']} ({{}} at byte 0)"
"""What a check says of a spool that holds nothing."""


def checked(options: traffic.Options, path: str, name: str, notes: Sequence[str] = ()) -> Result:
    """Judge what a spool holds; `name` is what the report calls it, `notes` say what of it could not be done.

    Where no report can be made, whoever was watched has had the answers, and the report says why there is none.
    """
    result = _renamed(_judged(options), path, name)
    return evolve(result, complete=result.complete and not notes, notes=(*result.notes, *notes))


def _judged(options: traffic.Options) -> Result:
    started = time.time()
    try:
        return traffic.check(options)
    except Exception as error:  # noqa: BLE001 - likewise
        why = words(error)
        _log.debug("what passed could not be judged", exc_info=error)
    contracts = {one.name: one for one in against.asked_for(options.against or against.usual())}
    return settle(
        (),
        (),
        contracts,
        known=None,
        day=today(),
        fail_on=options.fail_on,
        strict_known=False,
        started=started,
        finished=time.time(),
        complete=False,
        notes=(f"what passed could not be judged: {why}",),
    )


def _renamed(result: Result, path: str, name: str) -> Result:
    """With another name for where exchanges were kept: nobody else can look there."""
    verdicts = tuple(
        evolve(one, drifts=tuple(_moved(drift, path, name) for drift in one.drifts)) for one in result.verdicts
    )
    notes = tuple(note.replace(path, name) for note in result.notes if note != _EMPTY.format(path))
    if len(notes) < len(result.notes):
        notes = ("nothing was asked", *notes)
    return evolve(result, notes=notes, verdicts=verdicts)


def _moved(drift: Drift, path: str, name: str) -> Drift:
    example = drift.example
    if example is None or example.origin[0] != path:
        return drift
    return evolve(drift, example=evolve(example, origin=(name, example.origin[1])))
