"""How pages become sources and contracts, and what a change means for the users of a package."""

from datetime import date
from html import escape
from pathlib import Path

import pytest
import yaml

from scripts import fetch, refresh_specs
from scripts.client_changes import client_changes
from scripts.committed import replace_all
from scripts.history import dated
from scripts.html_text import text_of_html
from scripts.pages import Page
from tests.refresh.conftest import Refresh, Site
from tests.refresh.pages import KIMI_CREATE, KIMI_LIST, SILICONFLOW_RENDERED, files

FIRST = """# Things
````yaml
openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: 'https://api.example.com'}]
paths:
  /batches:
    get:
      operationId: list_things
      responses: {'200': {description: first}}
components:
  schemas:
    Thing: {type: object}
````
"""
SECOND = """````yaml
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /batches:
    get:
      operationId: list_things
      responses: {'200': {description: second}}
    post:
      operationId: create_thing
      responses: {'200': {description: made}}
  /batches/{id}:
    get:
      operationId: get_thing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: one}}
components:
  schemas:
    Thing: {type: string}
    Other: {type: object}
````
"""
ENTRY = """[[page]]
name = "{name}"
file = "{name}.md"
address = "https://docs.example.com/{name}.md"
kept = 2026-01-02
sha256 = "unknown"
form = "openapi"

"""


def test_the_openapi_pages_of_one_provider_make_one_contract(tmp_path: Path) -> None:
    """What a later page adds is added; where it says something else of the same thing, the first page counts."""
    root = tmp_path / "root"
    overlay = "overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n  - {target: $.info, update: {version: '2'}}\n"
    for path, text in {
        "root/specs/sources/acme/sources.toml": ENTRY.format(name="first") + ENTRY.format(name="second"),
        "root/specs/overlays/acme.yaml": overlay,
        "saved/first.md": FIRST,
        "saved/second.md": SECOND,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    assert refresh_specs.main(["--from", str(tmp_path / "saved")], root) == 0

    built = yaml.safe_load((root / "specs/acme.yaml").read_text(encoding="utf-8"))
    assert {path: sorted(item) for path, item in built["paths"].items()} == {
        "/batches": ["get", "post"],
        "/batches/{batch_id}": ["get"],  # by the name that all contracts share
    }
    assert built["paths"]["/batches"]["get"]["responses"]["200"]["description"] == "first"
    assert built["components"]["schemas"] == {"Thing": {"type": "object"}, "Other": {"type": "object"}}


@pytest.mark.parametrize("page", [KIMI_CREATE, SILICONFLOW_RENDERED])
def test_a_rendered_page_may_come_as_html(checkout: Path, site: Site, refresh: Refresh, page: str) -> None:
    """What a browser shows is read; scripts and styles are not, and the facts are the same."""
    before = files(checkout / "specs")
    text = escape(site.bodies[page].decode(), quote=False)
    site.bodies[page] = (
        f"<!DOCTYPE html>\n<html><head><title>t</title><script>{{'a': 1}}</script><style>p {{}}</style></head>"
        f"<body><nav>Docs</nav><pre>{text}</pre></body></html>"
    ).encode()

    code, _, told = refresh()

    assert code == 0
    assert "its prose changed" in told
    kept = {path: content for path, content in files(checkout / "specs").items() if path.endswith(".data.yaml")}
    assert kept == {path: before[path] for path in kept}


def test_the_text_of_a_table_has_a_line_a_row() -> None:
    """Blocks are lines, cells stand apart, entities are what they mean."""
    html = "<h1>Limits</h1><table><tr><th>File size</th><td>max &lt;100MB</td></tr></table><p>one<br>two</p>"

    assert text_of_html(html) == "Limits\n| File size | max <100MB |\none\ntwo\n"


OLD = b"""
class Batch:
    id: str
    status: str | int
    gone: int
    _private: int

class Status:
    A = "a"

def make(name: str, *, limit: int = 20) -> Batch: ...
"""
NEW = b"""
class Batch:
    id: str | None
    status: str
    new: bool

class Status:
    A = "b"

class Usage:
    total: int

def make(name: str, size: int, *, limit: int) -> Batch: ...
"""


def test_what_changed_of_a_package_is_named_for_its_users() -> None:
    """Names gone and new, types narrowed and widened; what is private, or inside something new, is not told."""
    told = [str(change) for change in client_changes({"p/models/a.py": OLD}, {"p/models/a.py": NEW})]

    assert told == [
        "p.models.Batch.gone is gone (was int)",
        "p.models.Batch.id is widened: str → str | None",
        "p.models.Batch.new is new: bool",
        "p.models.Batch.status is narrowed: str | int → str",
        "p.models.Status.A is changed: 'a' → 'b'",
        "p.models.Usage is new",
        "p.models.make(limit) is narrowed: int | (left out) → int",
        "p.models.make(size) is new: int",
    ]


def test_a_page_must_come_over_https() -> None:
    """Nothing but this machine itself is asked in the clear."""
    page = Page("p", KIMI_LIST, "http://docs.example.com/p.md", date(2026, 1, 1), "", "openapi")

    with fetch.client() as http, pytest.raises(fetch.FetchError, match="is not https"):
        fetch.fetch(http, page)


def test_a_server_that_is_not_there_is_named(site: Site) -> None:
    """After its tries the address is told, with the reason, in one line."""
    page = Page("p", KIMI_LIST, "http://127.0.0.1:9/p.md", date(2026, 1, 1), "", "openapi")
    waits: list[float] = []

    with fetch.client() as http, pytest.raises(fetch.FetchError, match=r"^http://127\.0\.0\.1:9/p\.md: .*\(3 tries\)$"):
        fetch.fetch(http, page, waits.append)

    assert waits == [1.0, 2.0]
    assert site.asked == []


def test_a_day_has_one_copy_and_one_entry(tmp_path: Path) -> None:
    """What is changed twice on a day is told once, against the day before; the same state again is nothing new."""
    contract = FIRST.split("````")[1].removeprefix("yaml\n")
    states = [contract.replace("Thing", name) for name in ("Thing", "Thing2")]
    states.append(contract.replace("    get:\n", "    delete:\n").replace("list_things", "delete_things"))

    def keep(state: str, day: date) -> list[str]:
        kept = dated(tmp_path, "acme", state.encode(), day)
        replace_all(tmp_path, kept)
        return sorted(kept)

    first = keep(states[0], date(2026, 1, 1))
    keep(states[1], date(2026, 1, 2))
    keep(states[2], date(2026, 1, 2))
    again = keep(states[2], date(2026, 1, 3))
    prose = keep(states[2].replace("first", "other words"), date(2026, 1, 4))

    log = (tmp_path / "specs/history/acme/CHANGELOG.md").read_text(encoding="utf-8")
    assert first == ["specs/history/acme/2026-01-01.yaml", "specs/history/acme/CHANGELOG.md"]
    assert again == prose == []
    assert [line for line in log.splitlines() if line.startswith("## ")] == ["## 2026-01-02", "## 2026-01-01"]
    assert "- **breaking** api-removed-without-deprecation, `GET /batches`" in log

    keep(states[0], date(2026, 1, 2))

    assert [path.stem for path in (tmp_path / "specs/history/acme").glob("*.yaml")] == ["2026-01-01"]
    assert "2026-01-02" not in (tmp_path / "specs/history/acme/CHANGELOG.md").read_text(encoding="utf-8")
