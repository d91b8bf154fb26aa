"""The matrix of who can stand in for whom."""

from typing import Any

import pytest

from scripts import matrix


def pair(endpoint: str, contract: str, *lacking: str) -> dict[str, Any]:
    """A pair of a report."""
    return {"endpoint": f"sim:{endpoint}", "contract": contract, "not_offered_by_endpoint": list(lacking)}


def row(endpoint: str, contract: str, operation: str, **more: Any) -> dict[str, Any]:
    """A drift of a report."""
    return {
        "endpoint": f"sim:{endpoint}",
        "contract": contract,
        "operation": operation,
        "status_code": 200,
        "rule": "response-property-became-nullable",
        "severity": "breaking",
        "pointer": "/counts",
        "value": None,
        "expected": "object",
        "observed": [{"value": None, "count": 3}],
        "spec": {"file": "specs/a.yaml", "line": 7},
        "known": None,
        **more,
    }


def test_a_finding_is_told_once_for_whom_it_breaks() -> None:
    """Warnings and what is taken beyond the contract break no client."""
    rows = [
        row("b", "a", "list_batches", pointer="/data/*/counts"),
        row("b", "a", "create_batch"),
        row("b", "a", "create_batch", rule="page-limit-ignored", severity="warning"),
        row("b", "b", "create_batch"),
    ]
    for number, one in enumerate(rows):
        one["fingerprint"] = f"{number:016x}"
    tree: Any = {
        "pairs": [pair("a", "a"), pair("a", "b"), pair("b", "a", "delete_file"), pair("b", "b")],
        "drift": rows,
        "findings": [finding(*rows[:2]), finding(rows[2]), finding(rows[3])],
    }
    for one in tree["pairs"]:
        one["outcome"] = "drift"

    page = matrix.matrix_page(tree)

    assert "| a | – | [1 + 1](#from-a-to-b) |" in page
    assert "| b | [0](#from-b-to-a) | – |" in page
    assert "- not there: `delete_file`" in page
    assert page.count("`counts` is null where a documents an object (`list_batches 200`, `create_batch 200`)") == 1
    assert "## From b to b" not in page


def finding(*rows: dict[str, Any]) -> dict[str, Any]:
    """The finding of some drifts."""
    kept = {key: rows[0][key] for key in ("endpoint", "contract", "rule", "severity", "spec", "known")}
    return {"id": rows[0]["fingerprint"], **kept, "drift": [one["fingerprint"] for one in rows]}


@pytest.mark.full
def test_the_committed_page_is_what_would_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody changed a contract or a simulator without writing the page anew."""
    assert matrix.main(["--check"]) == 0, capsys.readouterr().err
