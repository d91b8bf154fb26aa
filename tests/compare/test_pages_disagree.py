"""Two pages of one provider that say different things of the same thing."""

from typing import Any

import pytest

from conformance.document import parse
from conformance.documents.page_rules import disagreements
from conformance.sources import KeptPage, pages

LIST = """openapi: 3.0.0
paths:
  /things:
    get:
      description: one
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses:
        '200': {description: ok}
components:
  schemas:
    Thing:
      type: object
      properties:
        id: {type: string}
        object: {type: string, example: thing}
        status: {type: string, enum: [new, done]}
        size: {type: integer, nullable: true}
"""
RENDERED = """samples:
  - {operation: list_things, kind: response, status: 200, body: {data: [{id: a, object: o, status: new, size: null}]}}
values:
  - {name: status, source: Response, schema: {enum: [done, new]}}
  - {name: object, source: Response, schema: {enum: [thing]}}
limits:
  - {name: limit, source: Query, schema: {minimum: 1}}
  - {name: window, source: Guide, minimum: 12h}
"""


def found(*texts: str) -> list[tuple[str, str, Any]]:
    """Pointer and both sides of each row."""
    named = [KeptPage(f"page-{number}", parse(text, f"page-{number}")) for number, text in enumerate(texts)]
    return [(one.breach.pointer, one.breach.expected, one.breach.observed) for one in disagreements(named)]


@pytest.mark.parametrize("provider", ["kimi", "siliconflow"])
def test_the_pages_as_published_agree(provider: str) -> None:
    """Nothing is said of pages of which a reader would say nothing."""
    assert [one.breach for one in disagreements(pages(provider))] == []


def test_pages_that_say_the_same_in_other_words_agree() -> None:
    """Prose, order and what only one of them says is no disagreement."""
    assert found(LIST, LIST.replace("description: one", "description: other"), RENDERED, RENDERED) == []


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("[done, new]", "[done, new, lost]", ("/status/enum", "new, done", "done, new, lost")),
        ("schema: {minimum: 1}", "schema: {minimum: 10}", ("/limit/minimum", "1", "10")),
        ("{enum: [thing]}", "{enum: [item]}", ("/object/enum", "thing", "item")),
        ("status: new, size: null", "state: new, size: null", ("/data/*/state", "no such field", "new")),
        ("size: null", "size: big", ("/data/*/size", "integer or null", "big")),
    ],
)
def test_a_rendered_page_against_an_openapi_block(old: str, new: str, row: tuple[str, str, str]) -> None:
    """Values, limits, fields and samples: each is named with what both pages say."""
    assert found(LIST, RENDERED.replace(old, new)) == [row]


def test_two_openapi_blocks() -> None:
    """The same component defined twice is compared keyword by keyword."""
    assert found(LIST, LIST.replace("maximum: 100", "maximum: 50").replace("[new, done]", "[new, done, lost]")) == [
        ("/paths/~1things/get/parameters/limit/schema/maximum", "100", "50"),
        ("/components/schemas/Thing/properties/status/enum", "new, done", "new, done, lost"),
    ]


def test_two_rendered_pages() -> None:
    """A limit that two pages state differently."""
    assert found(RENDERED, RENDERED.replace("minimum: 12h", "minimum: 24h")) == [("/window/minimum", "12h", "24h")]
