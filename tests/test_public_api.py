"""What is promised is there, and the pages that promise it name all of it."""

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/public-api.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMES = {
    row[1]: re.findall(r"`([A-Za-z_]+)`", row[2])
    for row in re.finditer(r"^\| `(conformance\.[a-z.]+)` \| (.*) \|$", PAGE, re.MULTILINE)
}


@pytest.mark.parametrize("module", [name for name in NAMES if NAMES[name]])
def test_every_name_that_is_promised_can_be_had(module: str) -> None:
    """And a package that lists its names promises all of them."""
    found = import_module(module)

    assert all(hasattr(found, name) for name in NAMES[module])
    assert sorted(getattr(found, "__all__", NAMES[module])) == sorted(NAMES[module])


USES = """\
from conformance.recording import Recording, RecordingTransport
from conformance.simulator import Simulator

with Simulator("kimi", speed=0) as server:
    reveal_type(server.base_url)
    reveal_type(server.now)
reveal_type(RecordingTransport)
"""


@pytest.mark.full
def test_a_type_checker_of_users_knows_the_package(tmp_path: Path) -> None:
    """`py.typed` is there: nothing is an untyped import."""
    (tmp_path / "uses.py").write_text(USES, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "uses.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert 'Revealed type is "str"' in done.stdout
    assert 'Revealed type is "Any"' not in done.stdout


def test_every_package_is_typed_and_says_where_to_look() -> None:
    """The marker is in each, and the project names addresses that its sources name too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "specs/sources").glob("*/sources.toml"))

    assert (ROOT / "conformance/py.typed").is_file()
    assert all(any(path.parent.glob("*/py.typed")) for path in (ROOT / "generated").glob("*/pyproject.toml"))
    assert project["urls"]
    assert all(f'"{url}' in cited for url in project["urls"].values())


@pytest.mark.parametrize(
    "page", ["CONTRIBUTING.md", *sorted(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md"))]
)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    """To a file that is there, and to a heading that it has."""
    path = ROOT / page
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, heading = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if heading and target.suffix == ".md":
            text = target.read_text(encoding="utf-8")
            titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
            assert heading in anchors | set(re.findall(r'id="([^"]+)"', text)), link


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:conformance|scripts|tests|specs)/[\w./-]+)`", GUIDE))))
def test_every_place_in_the_guide_is_there(path: str) -> None:
    """Files and folders that it sends people to."""
    assert (ROOT / path).exists()
