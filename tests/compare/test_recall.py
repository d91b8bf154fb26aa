"""Every single edit of a contract is found, at every place it shows, and called what the table calls it."""

from collections import Counter
from pathlib import Path

import pytest

from conformance.compare import compare
from conformance.contract import Contract
from conformance.document import read
from scripts.committed import ROOT
from tests.compare.mutations import Expected, mutations
from tests.compare.uses import contract


def found(old: Contract, new: object) -> Expected:
    """What a comparison shows, as the catalogue of edits says it."""
    return frozenset(
        (
            drift.rule,
            drift.severity,
            drift.identity.operation or "",
            drift.identity.status_code,
            drift.identity.pointer,
        )
        for drift in compare(old, contract(new, "new"))
    )


@pytest.mark.parametrize(
    "name", ["kimi", *(pytest.param(name, marks=pytest.mark.full) for name in ("siliconflow", "openai"))]
)
def test_every_edit_is_found_and_classified(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Recall is whole and nothing else is said; both are printed."""
    data = read(Path(ROOT) / f"specs/{name}.yaml").data
    old = contract(data)
    total, hits, missed, extra, kinds = 0, 0, [], [], Counter[str]()

    for mutation in mutations(data):
        shown = found(old, mutation.data)
        total += len(mutation.expected)
        hits += len(mutation.expected & shown)
        kinds[mutation.name.partition(" ")[0]] += 1
        missed += [(mutation.name, row) for row in mutation.expected - shown]
        extra += [(mutation.name, row) for row in shown - mutation.expected]

    with capsys.disabled():
        edits = sum(kinds.values())
        print(f"\n{name}: {edits} edits, recall {hits} of {total}, {len(missed) + len(extra)} disagreements")  # noqa: T201 - figures to read
    assert (missed[:10], extra[:10]) == ([], [])
    assert total > 500
