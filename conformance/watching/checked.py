"""The report of what was kept: the one that `check` would give of a recording of it."""

import logging
import time
from collections.abc import Sequence

from attrs import evolve

from conformance import against, traffic
from conformance.drift import Drift
from conformance.known import today
from conformance.outcome import Result, settle
from conformance.recording.opening import shown
from conformance.traffic.notes import SENTENCES
from conformance.watching.places import GrowingRecording
from conformance.watching.why import why_broken

_log = logging.getLogger("conformance.watching")
_log.addHandler(logging.NullHandler())
_EMPTY = f"1 × {SENTENCES['file-empty']} ({{}} at byte 0)"
"""What a check says of a spool that holds nothing."""


def checked(
    options: traffic.CheckOptions,
    path: str,
    name: str,
    notes: Sequence[str] = (),
    recorded: GrowingRecording | None = None,
) -> Result:
    """Judge what a spool holds; `name` is what the report calls it, `notes` say what of it could not be done.

    Where it was recorded as well, examples are told by their place there.

    Where no report can be made, whoever was watched has had the answers, and the report says why there is none.
    """
    result = _renamed(_judged(options), path, name, recorded)
    return evolve(result, complete=result.complete and not notes, notes=(*result.notes, *notes))


def _judged(options: traffic.CheckOptions) -> Result:
    started = time.time()
    try:
        return traffic.check(options)
    except Exception as error:  # noqa: BLE001 - likewise
        why = why_broken(error)
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


def _renamed(result: Result, path: str, name: str, recorded: GrowingRecording | None) -> Result:
    """With another name for where exchanges were kept, where nobody else can look: that of the recording of them."""
    drifts = [drift for one in result.verdicts for drift in one.drifts]
    wanted = {one.example.origin[1] for one in drifts if one.example is not None and one.example.origin[0] == path}
    places = recorded.places(path, wanted) if recorded is not None and wanted else {}
    file = name if recorded is None or not places else shown(str(recorded.file))

    def moved(drift: Drift) -> Drift:
        example = drift.example
        if example is None or example.origin[0] != path:
            return drift
        offset = example.origin[1]
        return evolve(drift, example=evolve(example, origin=(file, places.get(offset, offset))))

    notes = tuple(note.replace(path, name) for note in result.notes if note != _EMPTY.format(path))
    if len(notes) < len(result.notes):
        notes = ("nothing was asked", *notes)
    verdicts = tuple(evolve(one, drifts=tuple(map(moved, one.drifts))) for one in result.verdicts)
    return evolve(result, notes=notes, verdicts=verdicts)
