"""Saved pages → specs/sources → a contract."""

import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from scripts import refresh_specs
from scripts.committed import ROOT
from scripts.pages import Page, PageError, keep, parse_pages, restate
from tests.contracts.conftest import MARKDOWN, RENDERED, SOURCES, Checkout

REAL = [
    (toml.parent, page)
    for toml in sorted((ROOT / "specs/sources").glob("*/sources.toml"))
    for page in parse_pages(toml.read_text(encoding="utf-8"), toml.name)
]
LIST, CREATE = parse_pages(SOURCES, "sources.toml")


@pytest.mark.parametrize(
    ("folder", "page"), [pytest.param(*one, id=one[1].name) for one in REAL if one[1].form == "openapi"]
)
def test_a_kept_block_put_into_a_page_again_is_kept_as_it_was(folder: Path, page: Page) -> None:
    """What is kept of a Markdown page is its OpenAPI block, byte for byte."""
    block = (folder / page.kept_as).read_bytes()

    kept = keep(page, b"# Title\n\nProse\n\n````yaml get /batches\n" + block + b"````\n")

    assert kept == block


def test_every_source_is_of_a_page_and_dated() -> None:
    """specs/sources holds the kept pages, with where and when, what other pages document, and nothing else."""
    files = {path.name for path in (ROOT / "specs/sources").rglob("*") if path.is_file()}

    assert files == {"sources.toml", "reference.yaml", *(page.kept_as for _, page in REAL)}
    assert all(
        page.address.startswith("https://") and len(page.sha256) == len(sha256().hexdigest()) for _, page in REAL
    )


def test_samples_values_and_limits_of_a_rendered_page_are_kept_as_data() -> None:
    """Every JSON sample once, in the page's order; values and limits by their recipes; no prose, no code."""
    kept = yaml.safe_load(keep(CREATE, RENDERED.encode()))

    assert kept == {
        "samples": [
            {"operation": "create_thing", "kind": "request", "body": {"name": "<string>"}},
            {"operation": "create_thing", "kind": "response", "status": 200, "body": {"id": "t1", "status": "queued"}},
            {"operation": "create_thing", "kind": "response", "status": 401, "body": "Invalid token"},
        ],
        "values": [{"name": "status", "source": "Response, status", "schema": {"enum": ["queued", "done"]}}],
        "limits": [
            {"name": "things", "source": "Limits", "schema": {"maximum": 7}},
            {"name": "an_hour", "source": "Limits", "value": True},
        ],
    }


@pytest.mark.parametrize(
    ("page", "text", "message"),
    [
        (LIST, "# No block", "list.md: expected a fenced YAML block that starts with `openapi:`, found none"),
        (
            LIST,
            MARKDOWN * 2,
            (
                "list.md: expected one OpenAPI block that has a Batch API, found 0 among '东西', '东西'; "
                "say in sources.toml which: `title`, `operation`"
            ),
        ),
        (CREATE, "nothing", "create.txt: expected 3 JSON samples (sources.toml), found 0"),
        (
            CREATE,
            RENDERED.replace("At most", "Up to"),
            "create.txt: nothing matches the pattern of 'things' in sources.toml",
        ),
    ],
)
def test_a_page_that_is_not_as_it_was_is_named(page: Page, text: str, message: str) -> None:
    """A page from which something is missing gives one line that says what."""
    with pytest.raises(PageError) as caught:
        keep(page, text.encode())

    assert str(caught.value) == message


def test_only_a_page_that_changed_gets_a_new_hash_and_date() -> None:
    """The date says when the page was kept as it is; reading the same page again does not move it."""
    today = date(2026, 3, 4)

    changed = restate(SOURCES, CREATE, b"new", today)
    again = restate(changed, parse_pages(changed, "")[1], b"new", date(2027, 1, 1))

    first, second = parse_pages(changed, "")
    assert first == LIST
    assert (second.kept, second.sha256) == (today, sha256(b"new").hexdigest())
    assert again == changed


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("form = 'rendered'\n", "sources.toml: not a list of pages: "),
        (SOURCES.replace('"openapi"', '"word"'), "form is 'word', expected openapi or document or rendered"),
        ("pages = 1", "sources.toml: not a list of pages: "),
    ],
)
def test_a_broken_list_of_pages_gives_one_line(spoil: str, message: str) -> None:
    """An entry with a missing or unknown key is refused with its reason."""
    with pytest.raises(PageError) as caught:
        parse_pages(spoil, "sources.toml")

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pages_become_sources_and_a_contract(acme: Checkout) -> None:
    """One command keeps the pages and builds the contract; order, folded lines and Chinese text survive."""
    assert refresh_specs.main(["--from", str(acme.saved)], acme.root) == 0

    contract = acme.read("specs/acme.yaml")
    assert "title: 东西" in contract
    assert "description: Folded over two lines\n" in contract
    assert "example: null" in contract
    assert list(yaml.safe_load(contract)) == ["openapi", "info", "paths", "x-pages"]
    schema = yaml.safe_load(contract)["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert schema["properties"]["status"]["enum"] == ["queued", "done"]
    assert contract.splitlines()[0].startswith("# Built from specs/sources/acme/ and specs/overlays/acme.yaml by ")


def test_building_again_changes_nothing(acme: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """From the same pages, or from what was kept of them, come the same bytes."""
    refresh_specs.main(["--from", str(acme.saved)], acme.root)
    capsys.readouterr()

    assert refresh_specs.main(["--from", str(acme.saved)], acme.root) == 0
    assert refresh_specs.main([], acme.root) == 0
    assert refresh_specs.main(["--check"], acme.root) == 0
    assert capsys.readouterr().out == ""


def test_a_page_that_changes_flows_through_to_the_contract(acme: Checkout) -> None:
    """What the overlay copies follows the page, without an edit of the overlay."""
    changed = RENDERED.replace("queued, done Creation", "queued, done, lost Creation")
    (acme.saved / "create.txt").write_text(changed, encoding="utf-8")

    refresh_specs.main(["--from", str(acme.saved)], acme.root)

    assert "- lost" in acme.read("specs/acme.yaml")


@pytest.mark.parametrize(
    ("spoil", "text", "message"),
    [
        ("saved/create.txt", None, "create.txt: No such file or directory"),
        ("root/specs/overlays/acme.yaml", None, "specs/overlays/acme.yaml: No such file or directory"),
        ("root/specs/overlays/acme.yaml", "overlay: [", "specs/overlays/acme.yaml:2: not YAML"),
        (
            "saved/list.md",
            MARKDOWN.replace("paths:", "wrong:"),
            "list-things.openapi.yaml: `paths` is missing or not a mapping",
        ),
        (
            "saved/list.md",
            MARKDOWN.replace("description: ok", "wrong: ok"),
            "list-things.openapi.yaml:12: #/paths/~1things/get/responses/200: not valid OpenAPI: ",
        ),
        ("saved/list.md", MARKDOWN.replace("title: 东西", "title: [东西"), "list-things.openapi.yaml:"),
    ],
)
def test_bad_input_gives_one_line_and_writes_nothing(
    acme: Checkout, capsys: pytest.CaptureFixture[str], spoil: str, text: str | None, message: str
) -> None:
    """Whatever is missing or broken, the command says so in one line, exits 1 and leaves every file as it was."""
    path = acme.root.parent / spoil
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    before = {one: one.read_bytes() for one in acme.root.rglob("*") if one.is_file()}

    assert refresh_specs.main(["--from", str(acme.saved)], acme.root) == 1

    line = capsys.readouterr().err
    assert line.startswith("refresh_specs: ")
    assert message in line
    assert line.count("\n") == 1
    assert {one: one.read_bytes() for one in acme.root.rglob("*") if one.is_file()} == before


def test_check_names_an_edited_file_and_repairs_nothing(acme: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract edited by hand is found, named, and left."""
    refresh_specs.main(["--from", str(acme.saved)], acme.root)
    contract = acme.root / "specs/acme.yaml"
    contract.write_text("edited", encoding="utf-8")
    capsys.readouterr()

    assert refresh_specs.main(["--check"], acme.root) == 1

    assert capsys.readouterr().err == "specs/acme.yaml: stale; `make regen` builds it anew\n"
    assert contract.read_text(encoding="utf-8") == "edited"


def test_check_of_the_pages_names_what_changed(acme: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """With saved pages, a source that no longer equals its page is stale, and so is the contract."""
    refresh_specs.main(["--from", str(acme.saved)], acme.root)
    shutil.copy(acme.saved / "create.txt", acme.saved / "old.txt")
    (acme.saved / "create.txt").write_text(RENDERED.replace("At most 7", "At most 8"), encoding="utf-8")
    capsys.readouterr()

    assert refresh_specs.main(["--from", str(acme.saved), "--check"], acme.root) == 1

    named = [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert "specs/sources/acme/create-thing.data.yaml" in named
    assert "specs/sources/acme/sources.toml" in named


def test_a_file_that_cannot_be_written_gives_one_line(acme: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder in the way of a file is named; there is no traceback and nothing half-written."""
    (acme.root / "specs/acme.yaml").mkdir()

    assert refresh_specs.main(["--from", str(acme.saved)], acme.root) == 1

    assert "Is a directory" in capsys.readouterr().err
    assert [path for path in (acme.root / "specs").iterdir() if path.name.startswith(".")] == []
