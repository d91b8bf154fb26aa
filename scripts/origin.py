"""Which source says what is wrong in a contract that was built of several."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from conformance.document import Document, DocumentError, Location
from conformance.references import at


class Origin(NamedTuple):
    """A place in a source."""

    file: str
    line: int
    location: Location


def origin(location: Location, built: Document, sources: Mapping[str, Document]) -> Origin | None:
    """Where a source says what stands at a location of the contract; None where none says it in these words.

    An overlay gives what a page says another name: a source is where the same thing stands at the end of the same way,
    or else where anything stands at the very place.
    """
    location = tuple(map(str, location))  # a validator takes the status 200 for a number
    wanted = at(built, location)
    best: tuple[int, str, Location] | None = None
    for file, source in sources.items():
        for place in _equal(source.data, wanted, ()):
            same = _same_end(place, location)
            if same and (best is None or same > best[0]):
                best = same, file, place
    if best is None and location:
        best = next(((0, file, location) for file, source in sources.items() if _is_there(source, location)), None)
    return None if best is None else Origin(best[1], sources[best[1]].line(best[2]), best[2])


def _is_there(source: Document, location: Location) -> bool:
    try:
        at(source, location)
    except DocumentError:
        return False
    return True


def _equal(node: Any, wanted: Any, location: Location) -> Iterator[Location]:
    if node == wanted and type(node) is type(wanted):
        yield location
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _equal(child, wanted, (*location, key))


def _same_end(one: Location, other: Location) -> int:
    count = 0
    while count < min(len(one), len(other)) and str(one[-1 - count]) == str(other[-1 - count]):
        count += 1
    return count
