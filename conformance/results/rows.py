"""What was found as rows of the catalogue, one for each fact."""

from collections.abc import Iterator, Mapping

from conformance.drift import Breach
from conformance.results.found import Account, Counted

ITEM = "/*"
"""A line, where the file is the payload."""


def rows(found: Account) -> Iterator[Breach]:
    """Every breach of a rule of results, with how many lines it is about."""
    yield from _each("result-line-not-json", ITEM, "an object of JSON", found.broken)
    yield from _each("result-custom-id-missing", f"{ITEM}/custom_id", "a string that is not empty", found.missing)
    yield from _each("result-line-empty", ITEM, "a body or an error, and a status", found.empty)
    for rule, pointer, expected, what, seen in (
        ("result-custom-id-repeated", f"{ITEM}/custom_id", "one line for each request", "another line", found.repeated),
        ("result-custom-id-unknown", f"{ITEM}/custom_id", "a custom_id of the input", "another one", found.unknown),
        ("result-absent", ITEM, "a line for each request", "no line", found.absent),
    ):
        if seen is not None:
            yield _breach(rule, pointer, expected, what, seen)
    for one in found.disagreements or ():
        yield Breach(
            "result-counts-disagree",
            "",
            f"{one.name}: {one.stated} in request_counts",
            f"{one.name}: {one.seen} in the files",
            value=one.name,
        )


def _each(rule: str, pointer: str, expected: str, told: Mapping[str, Counted]) -> Iterator[Breach]:
    for what, seen in told.items():
        yield _breach(rule, pointer, expected, what, seen)


def _breach(rule: str, pointer: str, expected: str, what: str, seen: Counted) -> Breach:
    return Breach(rule, pointer, expected, f"{what}; {seen.first}", items=seen.count)
