"""Examples, of which only the outlines were kept, read again from the recordings that they stand in."""

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from conformance.checks.judgement import Judgement
from conformance.drift import Drift
from conformance.excerpt import LARGE, excerpt
from conformance.exchange import Origin
from conformance.recording import source
from conformance.recording.formats.table import Form
from conformance.recording.har import EntryError, parse

WHOLE = 8 << 20
"""Bytes of bodies that are kept whole, in all; of further large ones what is near the place of the drift is."""


def recalled(judgements: Iterable[Judgement], files: Mapping[str, str], form: Form | None = None) -> list[Judgement]:
    """Judgements with their examples in full; where one cannot be had, the outline remains.

    Each file is read once for all. `files`: the path of a recording by the name that exchanges have it under;
    `form`: the form of all of them, where that is known.
    """
    judgements = list(judgements)
    wanted = dict[Origin, list[Drift]]()
    for drift in (drift for one in judgements for drift in one.drifts):
        if drift.example is not None and drift.example.outline:
            wanted.setdefault(drift.example.origin, []).append(drift)
    offsets: dict[str, set[int]] = {}
    for file, offset in wanted:
        offsets.setdefault(file, set()).add(offset)
    full, kept = dict[int, Drift](), 0
    for file in offsets.keys() & files.keys():
        for offset, data in source.again(files[file], offsets[file], form):
            drifts = wanted[file, offset]
            kept += len(data)
            full.update(_in_full(drifts, data, whole=len(data) <= LARGE or kept <= WHOLE))
    return [evolve(one, drifts=tuple(full.get(id(drift), drift) for drift in one.drifts)) for one in judgements]


def _in_full(drifts: Iterable[Drift], data: bytes, *, whole: bool) -> Iterator[tuple[int, Drift]]:
    """Drifts of one exchange with it as their example, by their identity; it is taken apart once for all."""
    try:
        recorded = parse(data)
    except EntryError:
        return
    for drift in drifts:
        assert drift.example is not None
        example = evolve(
            drift.example, request=recorded.request, answer=recorded.answer, outline=False, secrets=recorded.secrets
        )
        path = drift.path
        if not whole:
            example, path = excerpt(example, path)
        yield id(drift), evolve(drift, example=example, path=path)
    if recorded.answer is not None:
        recorded.answer.forget()
