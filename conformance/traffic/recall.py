"""Examples of which only an outline was kept are read again from the recordings that they stand in."""

from collections.abc import Iterable, Mapping

from attrs import evolve

from conformance.checks.judge import Pair
from conformance.exchange import Exchange
from conformance.recording import source
from conformance.recording.har import EntryError, parse

MOST = 64 << 20
"""Bytes of entries that are read again, at most."""

Place = tuple[str, int]


def recalled(pairs: Iterable[Pair], files: Mapping[str, str]) -> list[Pair]:
    """Pairs with their examples in full; where that cannot be done, the outline remains.

    `files`: the path of a recording by the name that exchanges have it under.
    """
    pairs = list(pairs)
    wanted: dict[str, set[int]] = {}
    for pair in pairs:
        for drift in pair.drifts:
            if drift.example is not None and drift.example.outline:
                file, offset = drift.example.origin
                wanted.setdefault(file, set()).add(offset)
    found: dict[Place, bytes] = {}
    for file, offsets in wanted.items():
        left = MOST - sum(map(len, found.values()))
        again = source.again(files[file], offsets, left) if file in files else {}
        found.update({(file, offset): data for offset, data in again.items()})
    return [_in_full(pair, found) for pair in pairs] if found else pairs


def _in_full(pair: Pair, found: Mapping[Place, bytes]) -> Pair:
    drifts = tuple(
        evolve(drift, example=_whole(drift.example, found))
        if drift.example is not None and drift.example.outline
        else drift
        for drift in pair.drifts
    )
    return evolve(pair, drifts=drifts)


def _whole(outline: Exchange, found: Mapping[Place, bytes]) -> Exchange:
    try:
        recorded = parse(found[outline.origin])
    except (KeyError, EntryError):
        return outline
    return evolve(outline, request=recorded.request, answer=recorded.answer, outline=False, secrets=recorded.secrets)
