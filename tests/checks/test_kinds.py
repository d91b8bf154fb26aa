"""What exchanges have in common: all but names and bodies."""

import pytest

from conformance import contract
from conformance.checks.kind import Kinds
from conformance.exchange import Answer, Exchange, Request

ANSWER = Answer(200, (("content-type", "application/json"),), b"{}")


@pytest.mark.parametrize(
    ("query", "references", "after", "kind"),
    [
        ("limit=2", (), None, "valid"),
        ("limit=2&after=b", ("b",), "b", "valid"),
        ("after=b", ("b",), "b", "valid"),
        ("after=", ("",), "", "unsure"),
        ("after=b&after=c", ("b", "c"), "c", "unsure"),
        ("limit=0&after=b", ("b",), "b", "invalid"),
    ],
)
def test_a_cursor_is_a_name_and_no_part_of_the_kind(
    query: str, references: tuple[str, ...], after: str | None, kind: str
) -> None:
    """One that is empty, or given twice, is looked at by itself: nobody could be blamed either way."""
    kinds = Kinds(contract.load("openai").operations["list_batches"])
    request = Request("GET", f"https://x.example/v1/batches?{query}")
    asked = kinds.of(Exchange("list_batches", request, ANSWER), ANSWER, unclear=False)
    assert (asked.references, asked.after, asked.kind.validity.kind) == (references, after, kind)
    other = Request("GET", f"https://x.example/v1/batches?{query.replace('b', 'd')}")
    again = kinds.of(Exchange("list_batches", other, ANSWER), ANSWER, unclear=False)
    assert (again.kind is asked.kind) is ("" not in references and len(references) < 2)
