"""Pages that hold several OpenAPI documents, and whole documents as sources."""

import json
from datetime import date

import pytest

from conformance.document import DocumentError, parse, read
from scripts.committed import ROOT
from scripts.pages import Page, PageError, keep

PUBLISHED = (ROOT / "specs/sources/kimi/list-batches.openapi.yaml").read_text(encoding="utf-8")
AGENTS = """openapi: 3.1.0
info: {title: Hosted Agents API, version: '1'}
paths:
  /v1/files:
    post:
      parameters: [{name: kimi-api-version, in: header, required: true, schema: {type: string}}]
      responses: {'201': {description: made}}
  /v1/agents:
    get:
      responses: {'200': {description: agents}}
"""


def page(form: str = "openapi", operation: str | None = None, title: str | None = None) -> Page:
    """An entry of a sources.toml."""
    return Page("p", "p.md", "https://a.example/p", date(2026, 1, 1), "", form, operation=operation, title=title)


def markdown(*blocks: str) -> bytes:
    """A page with these blocks."""
    return "\n".join(f"# Files\n\n````yaml /v1\n{one}````\n" for one in blocks).encode()


@pytest.mark.parametrize("blocks", [(PUBLISHED, AGENTS), (AGENTS, PUBLISHED)])
def test_the_block_is_chosen_by_its_paths_and_title(blocks: tuple[str, str]) -> None:
    """The other document of a page is left alone, wherever it stands."""
    assert keep(page(operation="list_batches"), markdown(*blocks)).decode() == PUBLISHED
    assert keep(page(title="Moonshot AI API"), markdown(*blocks)).decode() == PUBLISHED
    assert keep(page(operation="upload_file"), markdown(*blocks)).decode() == AGENTS


def test_a_document_about_something_else_is_no_candidate() -> None:
    """Of two documents of which one has no Batch API, the other one is meant."""
    other = AGENTS.replace("/v1/files", "/v1/chat")

    assert keep(page(), markdown(other, PUBLISHED)).decode() == PUBLISHED


@pytest.mark.parametrize(
    ("one", "blocks", "found"),
    [
        (page(), (PUBLISHED, AGENTS), "found 2 among 'Moonshot AI API', 'Hosted Agents API'"),
        (page(title="Agents"), (PUBLISHED, AGENTS), "titled 'Agents', found 0 among"),
        (page(operation="list_batches"), (AGENTS,), "has list_batches, found 0 among 'Hosted Agents API'"),
        (page(operation="list_batches"), (PUBLISHED, PUBLISHED), "has list_batches, found 2 among"),
    ],
)
def test_what_could_be_either_or_neither_is_one_line(one: Page, blocks: tuple[str, ...], found: str) -> None:
    """Nothing is guessed: what there is is named, and what would decide it."""
    with pytest.raises(PageError, match=r"^p\.md: expected one OpenAPI block[^\n]*$") as refused:
        keep(one, markdown(*blocks))
    assert found in str(refused.value)


def test_a_whole_document_is_kept_cut_to_what_a_batch_needs() -> None:
    """JSON or YAML: operations of a batch's life with all they reach, its head, how to log in; nothing else."""
    data = read(ROOT / "specs/sources/kimi/list-batches.openapi.yaml").data
    data["paths"] = {"/v1/chat/completions": {"post": {"responses": {"200": {"description": "ok"}}}}, **data["paths"]}
    data["components"]["schemas"]["Message"] = {"type": "object"}

    kept = keep(page("document"), json.dumps(data).encode())

    cut = parse(kept.decode(), "kept").data
    published = parse(PUBLISHED, "published").data
    assert cut == published
    assert list(cut) == ["openapi", "info", "servers", "security", "paths", "components"]
    assert keep(page("document"), kept) == kept
    shuffled = dict(reversed(data.items()))
    assert parse(keep(page("document"), json.dumps(shuffled).encode()).decode(), "kept").data == cut


@pytest.mark.parametrize(
    ("one", "content", "message"),
    [
        (page("document"), "{}", "p.md: no operation of a Batch API in it"),
        (page("document"), "[1]", "p.md: no operation of a Batch API in it"),
        (page("document", title="Other"), PUBLISHED, "p.md: its title is 'Moonshot AI API', expected 'Other'"),
        (page("document"), "<!doctype html><html></html>", "p.md: an HTML page, expected an OpenAPI document"),
        (page("document"), '{"paths": ', "p.md:"),
    ],
)
def test_what_is_no_such_document_is_one_line(one: Page, content: str, message: str) -> None:
    """The file and what is wrong with it."""
    with pytest.raises((PageError, DocumentError)) as refused:
        keep(one, content.encode())
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
