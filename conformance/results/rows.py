"""What was found as rows of the catalogue, one for each fact."""

from collections.abc import Iterator

from conformance.checks.lines import counts_breach, line_breach
from conformance.drift import Breach
from conformance.results.found import Account, Counted


def rows(found: Account) -> Iterator[Breach]:
    """Every breach of a rule of results, with how many lines it is about."""
    for rule, told in (
        ("result-line-not-json", found.broken),
        ("result-custom-id-missing", found.missing),
        ("result-line-empty", found.empty),
    ):
        for what, lines in told.items():
            yield _breach(rule, what, lines)
    for rule, what, seen in (
        ("result-custom-id-repeated", "another line", found.repeated),
        ("result-custom-id-unknown", "another one", found.unknown),
        ("result-absent", "no line", found.absent),
    ):
        if seen is not None:
            yield _breach(rule, what, seen)
    for one in found.disagreements or ():
        yield counts_breach(one.name, one.stated, one.seen)


def _breach(rule: str, what: str, seen: Counted) -> Breach:
    return line_breach(rule, f"{what}; {seen.first}", seen.count)
