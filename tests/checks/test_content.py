"""The content of a file is lines, and never one JSON body; how it is declared is a remark, unless it is a page."""

import json
from pathlib import Path

import pytest

from conformance.traffic import CheckOptions, check

LINES = '{"custom_id": "a"}\n{"custom_id": "b"}\n'


@pytest.mark.parametrize(
    ("contract", "declared", "body", "rows"),
    [
        ("kimi", "text/plain; charset=utf-8", LINES, []),
        ("kimi", "application/octet-stream", LINES, [("response-media-type-undocumented", "info")]),
        ("kimi", "application/json", LINES, [("response-media-type-undocumented", "info")]),
        ("kimi", None, LINES, [("response-media-type-undocumented", "info")]),
        ("kimi", "text/html", "<html>", [("response-media-type-undocumented", "breaking")]),
        ("kimi", "application/xhtml+xml", "<html>", [("response-media-type-undocumented", "breaking")]),
        ("kimi", "image/png", "x", [("response-media-type-undocumented", "breaking")]),
        ("together", "text/plain", LINES, []),
        ("published", "application/json", LINES, []),
        ("published", "application/json", "", []),
    ],
)
def test_content_is_judged_by_its_type_alone(
    contract: str, declared: str | None, body: str, rows: list[tuple[str, str]], tmp_path: Path
) -> None:
    """Whether the contract calls it a text, bytes, or a JSON string, as OpenAI's own document does."""
    published = {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}}
    path = {"/v1/files/{id}/content": {"get": {"responses": published}}}
    document = tmp_path / "published.json"
    document.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": path}))
    headers = [] if declared is None else [{"name": "Content-Type", "value": declared}]
    entry = {
        "request": {"method": "GET", "url": "https://x.example/v1/files/f/content", "headers": []},
        "response": {"status": 200, "headers": headers, "content": {"text": body}},
    }
    recording = tmp_path / "content.ndjson"
    recording.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    name = str(document) if contract == "published" else contract

    result = check(CheckOptions(files=(str(recording),), against=(name,), known=None, allow_empty=True))

    found = [(one.identity.rule, one.severity) for one in result.drifts if one.identity.endpoint is not None]
    assert found == rows
