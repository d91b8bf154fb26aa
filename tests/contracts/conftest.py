"""A copy of the built files to spoil, and a made-up provider small enough to read."""

import shutil
from pathlib import Path

import pytest
from attrs import frozen

from scripts.committed import ROOT

MARKDOWN = """# List things

Prose that is not kept.

````yaml GET /things
openapi: 3.1.0
info:
  title: 东西 # a comment of the page
  version: '1'
paths:
  /things:
    get:
      description: >-
        Folded over
        two lines
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  status:
                    type: string
                    example: null

````

More prose.
"""

RENDERED = """curl --request POST
--data '
{
"name": "<string>"
}
'{
"id": "t1",
"status": "queued"
}Create Thing
const options = {method: 'POST'};
"Too many things"
At most 7 things, at least 1 hour
queued, done Creation timestamp
{
"id": "t1",
"status": "queued"
}
"Invalid token"
"""

SOURCES = """[[page]]
name = "list-things"
file = "list.md"
address = "https://docs.example.com/list"
kept = 2026-01-02
sha256 = "unknown"
form = "openapi"

[[page]]
name = "create-thing"
file = "create.txt"
address = "https://docs.example.com/create"
kept = 2026-01-02
sha256 = "unknown"
form = "rendered"
operation = "create_thing"
samples = ["request", "200", "401"]

[[page.values]]
name = "status"
source = "Response, status"
pattern = '(?m)^(?P<schema__enum>[a-z]+(?:, [a-z]+)+) Creation'

[[page.limits]]
name = "things"
source = "Limits"
pattern = 'At most (?P<schema__maximum>[0-9]+) things'

[[page.limits]]
name = "an_hour"
source = "Limits"
pattern = 'at least 1 hour'
"""

OVERLAY = """overlay: 1.1.0
info: {title: Things, version: '1'}
actions:
  - target: $.paths['/things'].get
    update:
      operationId: list_things
  - target: $.paths['/things'].get.responses['200'].content['application/json'].schema.properties.status
    copy: $['x-pages']['create-thing'].values[?@.name == 'status'].schema
"""


@frozen
class Checkout:
    """A checkout of one made-up provider, and the folder of its saved pages."""

    root: Path
    saved: Path

    def read(self, path: str) -> str:
        """The text of a file of the checkout."""
        return (self.root / path).read_text(encoding="utf-8")


@pytest.fixture
def acme(tmp_path: Path) -> Checkout:
    """A provider with one page of each form; nothing is built yet."""
    files = {
        "saved/list.md": MARKDOWN,
        "saved/create.txt": RENDERED,
        "root/specs/sources/acme/sources.toml": SOURCES,
        "root/specs/overlays/acme.yaml": OVERLAY,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return Checkout(tmp_path / "root", tmp_path / "saved")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The root of a copy of everything that is built."""
    for folder in ("specs", "generated", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path
