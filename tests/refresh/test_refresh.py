"""The documentation changes: what is reported, and what the tree holds after."""

import json
import re
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from conformance import drawing, report
from conformance.document import read
from scripts import committed, fetch, refresh_specs
from scripts.committed import ROOT
from scripts.history import same
from scripts.pages import Page
from tests.refresh.conftest import Refresh, Site
from tests.refresh.pages import KIMI_CREATE, KIMI_LIST, SILICONFLOW_LIST, SILICONFLOW_RENDERED, files

pytestmark = pytest.mark.usefixtures("untried")

_COUNTS = "                        request_counts:\n                          type: object\n{nullable}"
_NEW_STATUS = """        '429':
          description: 请求过多
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorResponse'
        '500':
"""
_FINALIZING = (
    "        finalizing_at:\n          type:\n            - integer\n            - 'null'\n"
    "          description: 开始准备结果的时间（Unix 时间戳）\n"
)
EDITS = [
    pytest.param(
        KIMI_LIST,
        [("        finalizing_at:\n", "        finishing_at:\n")],
        {
            ("response-optional-property-removed", "/data/*/finalizing_at"),
            ("response-optional-property-added", "/data/*/finishing_at"),
        },
        ["models.Batch.finalizing_at is gone", "models.Batch.finishing_at is new"],
        id="a field renamed",
    ),
    pytest.param(
        KIMI_LIST,
        [(_FINALIZING, "")],
        {("response-optional-property-removed", "/data/*/finalizing_at")},
        ["models.Batch.finalizing_at is gone"],
        id="a field removed",
    ),
    pytest.param(
        KIMI_LIST,
        [("        created_at:\n", "        expired_at:\n          type: integer\n        created_at:\n")],
        {("response-optional-property-added", "/data/*/expired_at")},
        ["models.Batch.expired_at is new"],
        id="a field added",
    ),
    pytest.param(
        KIMI_LIST,
        [
            (
                "        created_at:\n          type: integer\n",
                "        created_at:\n          type: [integer, 'null']\n",
            )
        ],
        {("response-property-became-nullable", "/data/*/created_at")},
        ["models.Batch.created_at is widened: int → int | None"],
        id="a field made nullable",
    ),
    pytest.param(
        KIMI_LIST,
        [("            - cancelled\n", "            - cancelled\n            - paused\n")],
        {("response-property-enum-value-added", "/data/*/status")},
        ["models.BatchStatus.PAUSED is new"],
        id="a value added",
    ),
    pytest.param(
        KIMI_LIST,
        [("        '500':\n", _NEW_STATUS)],
        {("response-non-success-status-added", "")},
        [],
        id="a status added",
    ),
    pytest.param(
        KIMI_CREATE,
        [("cancelling, cancelled Creation", "cancelling, cancelled, lost Creation"), ("up to 16 key", "up to 8 key")],
        {("request-property-max-decreased", "/metadata")},
        [],
        id="a limit of a rendered page",
    ),
    pytest.param(
        SILICONFLOW_LIST,
        [(_COUNTS.format(nullable="                          nullable: true\n"), _COUNTS.format(nullable=""))],
        {("response-property-became-not-nullable", "/data/*/request_counts")},
        [],
        id="a field made not nullable",
    ),
]


@pytest.mark.parametrize(("page", "edits", "rows", "client"), EDITS)
def test_a_change_is_classified_and_flows_to_the_client(
    checkout: Path,
    site: Site,
    refresh: Refresh,
    tmp_path: Path,
    *,
    page: str,
    edits: list[tuple[str, str]],
    rows: set[tuple[str, str]],
    client: list[str],
) -> None:
    """The report names the change by its rule and place; sources, contract, client, copy and changelog follow."""
    provider = page.partition("-")[0]
    before = files(checkout)
    for old, new in edits:
        site.edit(page, old, new)

    code, _, told = refresh("--fetch", "--out", str(tmp_path / "out"))

    assert code == 0
    tree = report.read(tmp_path / "out/drift.json")
    assert {(row["rule"], row["pointer"]) for row in tree["drift"]} >= rows
    assert [line for line in client if line not in told] == []
    changed = {path for path, content in files(checkout).items() if before.get(path) != content}
    assert {f"specs/{provider}.yaml", f"specs/sources/{provider}/sources.toml"} <= changed
    assert any(path.startswith(f"generated/{provider}_batch/") for path in changed)
    assert f"specs/history/{provider}/CHANGELOG.md" in changed
    assert not [path for path in changed if provider not in path and path != "docs/contracts.md"]
    assert refresh("--check") == (0, "", "")


NEEDED = {
    "a file's id renamed": ("        output_file_id:\n", "        result_file_id:\n", "no output_file_id"),
    "counts renamed": ("        request_counts:\n", "        counts:\n", "no request_counts"),
    "no end of pages": (
        "        has_more:\n          type: boolean\n          description: 是否还有更多数据\n",
        "",
        "no has_more",
    ),
    "no final status": ("            - completed\n", "            - finished\n", "status completed"),
}


@pytest.mark.parametrize(("old", "new", "said"), NEEDED.values(), ids=NEEDED)
def test_a_change_that_would_break_the_client_is_refused(
    checkout: Path, site: Site, refresh: Refresh, *, old: str, new: str, said: str
) -> None:
    """In one line that names the field and who needs it; no file changes."""
    before = files(checkout)
    site.edit(KIMI_LIST, old, new)

    code, _, told = refresh("--fetch")

    assert code == 1
    (line,) = [line for line in told.splitlines() if "not generated" in line]
    assert said in line
    assert "which the client needs for" in line
    assert files(checkout) == before


def test_nothing_changed_touches_no_byte(checkout: Path, refresh: Refresh) -> None:
    """It says so, and not even a time of a file moves."""
    before = {path: path.stat().st_mtime_ns for path in checkout.rglob("*")}

    assert refresh() == (0, "", "nothing changed\n")

    assert {path: path.stat().st_mtime_ns for path in checkout.rglob("*")} == before


def test_a_page_is_asked_for_only_if_it_changed(site: Site, refresh: Refresh) -> None:
    """What the server called a page is kept with what it documents, and asked with next time; it answers 304 then."""
    site.headers[KIMI_LIST] = {"ETag": '"v2"', "Last-Modified": "Tue, 24 Nov 2026 10:00:00 GMT"}
    site.edit(KIMI_LIST, "            - cancelled\n", "            - cancelled\n            - paused\n")

    _, _, first = refresh()
    site.asked.clear()
    again = refresh()

    assert "what it documents changed" in first
    assert again == (0, "", "nothing changed\n")
    assert dict(site.asked)[KIMI_LIST]["if-none-match"] == '"v2"'
    assert dict(site.asked)[KIMI_LIST]["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"
    assert len(site.asked) == 4


PROSE = [
    (SILICONFLOW_RENDERED, "\nfetch(", "\nWas this page helpful?\n\nfetch("),
    (KIMI_LIST, "# A page", "# Another page"),
    (KIMI_LIST, "description: 请求端点", "description: 端点"),
    (KIMI_LIST, "summary: 列出批处理任务", "summary: 列出任务"),
    (KIMI_LIST, "title: Moonshot AI API", "title: Kimi API"),
]


@pytest.mark.parametrize(("page", "old", "new"), PROSE)
def test_prose_changes_nothing(checkout: Path, site: Site, refresh: Refresh, *, page: str, old: str, new: str) -> None:
    """A page whose words changed and whose facts did not is named, and not a byte changes."""
    before = files(checkout)
    site.edit(page, old, new)

    code, out, told = refresh()

    assert (code, out) == (0, "")
    assert "its prose changed" in told
    assert files(checkout) == before


def test_what_a_provider_mends_itself_is_said(checkout: Path, site: Site, refresh: Refresh, tmp_path: Path) -> None:
    """The overlay action that nobody needs any more is named, until somebody takes it out."""
    site.bodies[SILICONFLOW_LIST] = re.sub(rb"(?m)^ +default: false\n", b"", site.bodies[SILICONFLOW_LIST])

    code, _, told = refresh("--fetch", "--out", str(tmp_path / "out"))

    assert code == 0
    assert "by hand: specs/overlays/siliconflow.yaml:" in told
    assert "@.default == false" in told
    assert "To be mended by hand" in (tmp_path / "out/refresh.md").read_text(encoding="utf-8")
    assert [path.stem for path in (checkout / "specs/history/siliconflow").glob("*.yaml")] == ["2026-01-01"]
    code, _, told = refresh("--check")
    assert code == 1
    assert "selects nothing" in told


def test_an_operation_that_the_page_no_longer_has_is_gone(site: Site, refresh: Refresh) -> None:
    """The overlay no longer finds what it names, and says so; the contract is built from what is left."""
    site.edit(SILICONFLOW_LIST, "                        metadata:\n", "                        labels:\n")

    code, _, told = refresh()

    assert code == 0
    assert "properties.metadata selects nothing" in told
    assert "siliconflow_batch.models.Batch.metadata is gone" in told


FAILURES = [
    pytest.param(lambda site: site.bodies.pop(KIMI_LIST), "the page is gone", id="404"),
    pytest.param(
        lambda site: site.bodies.update({KIMI_LIST: b"<!DOCTYPE html><html><body>Sign in</body></html>"}),
        "an HTML page, expected Markdown",
        id="HTML",
    ),
    pytest.param(
        lambda site: site.bodies.update({KIMI_LIST: site.bodies[KIMI_LIST][:2500]}),
        "expected a fenced YAML block",
        id="truncated",
    ),
    pytest.param(
        lambda site: site.bodies.update({SILICONFLOW_RENDERED: b"<html><body>Please enable JavaScript</body></html>"}),
        "expected 7 JSON samples",
        id="rendered by JavaScript",
    ),
    pytest.param(
        lambda site: site.bodies.update({KIMI_LIST: b"x" * 5_000_001}), "5000001 bytes, more than", id="large"
    ),
    pytest.param(lambda site: site.bodies.update({KIMI_LIST: b"\xff\xfe"}), "not UTF-8 text", id="not text"),
    pytest.param(
        lambda site: (
            site.statuses.update({KIMI_LIST: [302]}),
            site.headers.update({KIMI_LIST: {"Location": "https://evil.example/page"}}),
        ),
        "another host",
        id="redirect elsewhere",
    ),
    pytest.param(lambda site: site.statuses.update({KIMI_LIST: [403]}), "answered 403", id="refused"),
]


@pytest.mark.parametrize(("spoil", "message"), FAILURES)
def test_a_failure_leaves_everything_as_it_was(
    checkout: Path, site: Site, refresh: Refresh, spoil: object, message: str
) -> None:
    """One line with the reason, exit 1, and no byte touched, though other pages changed too."""
    site.edit(KIMI_CREATE, "up to 16 key", "up to 8 key")
    spoil(site)
    before = files(checkout)

    code, out, told = refresh()

    assert (code, out) == (1, "")
    assert told.startswith("refresh_specs: ")
    assert told.count("\n") == 1
    assert message in told
    assert files(checkout) == before


def test_a_page_that_cannot_be_fetched_may_be_left_as_it_was_kept(site: Site, refresh: Refresh) -> None:
    """`--skip` builds from what is kept of it; an unknown name is an error."""
    del site.bodies[SILICONFLOW_RENDERED]

    assert refresh("--fetch", "--skip", "siliconflow/list-batches-rendered") == (0, "", "nothing changed\n")
    code, _, told = refresh("--fetch", "--skip", "nobody/nothing")
    assert code == 1
    assert "no such page" in told


def test_a_disk_that_fails_half_way_leaves_everything_as_it_was(
    checkout: Path, site: Site, refresh: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that were already replaced are put back."""
    site.edit(KIMI_LIST, "            - cancelled\n", "            - cancelled\n            - paused\n")
    before = files(checkout)
    write, written = committed.write, []

    def failing(path: Path, content: bytes) -> None:
        if len(written) == 5:
            written.append(path)
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        write(path, content)

    monkeypatch.setattr(committed, "write", failing)

    code, _, told = refresh()

    assert code == 1
    assert "No space left on device" in told
    assert files(checkout) == before


def test_a_busy_server_is_asked_again_after_a_while(site: Site) -> None:
    """503 and 429 are tried again, after what the server asks for; a server that asks for too much is left alone."""
    page = Page("p", KIMI_LIST, f"{site.address}/{KIMI_LIST}", date(2026, 1, 1), "", "openapi")
    site.statuses[KIMI_LIST] = [503, 429]
    site.headers[KIMI_LIST] = {"Retry-After": "7"}
    waits: list[float] = []

    with fetch.client() as http:
        assert fetch.fetch(http, page, waits.append).content == site.bodies[KIMI_LIST]
        site.statuses[KIMI_LIST] = [503]
        site.headers[KIMI_LIST] = {"Retry-After": "3600"}
        with pytest.raises(fetch.FetchError, match="answered 503"):
            fetch.fetch(http, page, waits.append)

    assert waits == [7.0, 7.0]


def test_the_past_of_a_contract_can_be_read(checkout: Path, site: Site, refresh: Refresh) -> None:
    """Each change leaves a dated copy, and the changelog says what it was."""
    site.edit(KIMI_LIST, "            - cancelled\n", "            - cancelled\n            - paused\n")

    refresh()

    log = (checkout / "specs/history/kimi/CHANGELOG.md").read_text(encoding="utf-8")
    newest = max((checkout / "specs/history/kimi").glob("*.yaml"))
    assert "- **breaking** response-property-enum-value-added, `GET /batches 200 /data/*/status`" in log
    assert newest.read_bytes() == (checkout / "specs/kimi.yaml").read_bytes()
    assert "paused" in json.dumps(read(newest).data)


def test_saved_pages_lead_to_the_same_tree(checkout: Path, site: Site, refresh: Refresh, tmp_path: Path) -> None:
    """`--from DIR` is the same refresh without a network."""
    site.edit(KIMI_LIST, "            - cancelled\n", "            - cancelled\n            - paused\n")
    folder = tmp_path / "saved"
    folder.mkdir()
    for name, body in site.bodies.items():
        (folder / name).write_bytes(body)

    assert refresh("--from", str(folder))[0] == 0
    once = files(checkout)

    assert refresh("--fetch") == (0, "", "nothing changed\n")
    assert files(checkout) == once
    assert site.asked


def test_the_committed_past_holds_the_present() -> None:
    """The newest dated copy of each contract is the contract."""
    for name in refresh_specs.providers(ROOT):
        newest = max((ROOT / "specs/history" / name).glob("*.yaml"))
        old, new = newest.read_bytes(), (ROOT / f"specs/{name}.yaml").read_bytes()
        assert same(old, new), f"run `make regen`: {newest.name} is older"


def test_a_refresh_says_how_far_it_is(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, in a line that goes away: each page and each contract that is built."""
    terminal = StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(drawing, "EVERY", 0.0)
    monkeypatch.setattr(sys, "stderr", terminal)

    assert refresh_specs.main(["--fetch"], checkout) == 0

    assert re.search(r"\[#+-*\] [0-9]+ of [0-9]+ pages, 0 s", terminal.getvalue())
    assert re.search(r" 0 of [0-9]+ contracts built, ", terminal.getvalue())
    assert "\r\x1b[K" in terminal.getvalue()
