"""`--against`: each file that is named judges, and no two are taken for one another."""

import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest

from conformance import against
from conformance.mend import mend
from conformance.specs import specs_dir
from tests.conftest import Run

ENTRY = {
    "startedDateTime": "2026-11-20T10:00:00Z",
    "request": {"method": "GET", "url": "https://host.example/v1/batches", "headers": []},
    "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": '{"data": 1}'}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of one stem that say different things."""
    for name, contract in (("a", "kimi"), ("b", "siliconflow")):
        (tmp_path / name).mkdir()
        shutil.copy(specs_dir() / f"{contract}.yaml", tmp_path / name / "api.yaml")
    (tmp_path / "r.ndjson").write_bytes(orjson.dumps(ENTRY) + b"\n")
    return tmp_path


def reported(folder: Path) -> dict[str, Any]:
    """The report that was written there."""
    return orjson.loads((folder / "drift.json").read_bytes())  # type: ignore[no-any-return]


def test_files_of_one_stem_are_both_judged(batch_conformance: Run, folder: Path) -> None:
    """Each has its pair, its rows, its own fingerprints, its lines, and its name in every form of the report."""
    done = batch_conformance(
        *("check", "r.ndjson", "--against", "a/api.yaml", "--against", "b/api.yaml", "--no-known", "--out", "out")
    )

    assert done.returncode == 1, done.stderr
    tree, both = reported(folder / "out"), ["a/api.yaml", "b/api.yaml"]
    assert [pair["contract"] for pair in tree["pairs"]] == both
    assert [(one["name"], one["file"]) for one in tree["contracts"]] == list(zip(both, both, strict=True))
    rows = {name: [row for row in tree["drift"] if row["endpoint"] and row["contract"] == name] for name in both}
    assert all(rows.values())
    assert all(row["spec"]["file"] == name for name, mine in rows.items() for row in mine)
    fingerprints = [row["fingerprint"] for row in tree["drift"]]
    assert len(fingerprints) == len(set(fingerprints))
    suites = [one.get("name") for one in ET.parse(folder / "out/drift.junit.xml").getroot().iter("testsuite")]  # noqa: S314 - our own
    assert {f"recorded:host.example × {name}" for name in both} < set(suites)
    assert len(suites) == len(set(suites))
    sarif = orjson.loads((folder / "out/drift.sarif").read_bytes())["runs"][0]["results"]
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in sarif}
    assert uris == set(both)
    for page in ("drift.md", "drift.html"):
        text = (folder / "out" / page).read_text(encoding="utf-8")
        assert all(name in text for name in both)


def test_the_overlay_of_each_is_kept(batch_conformance: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would mend one file does not replace what would mend the other."""
    monkeypatch.chdir(folder)
    batch_conformance("check", "r.ndjson", "--against", "a/api.yaml", "--against", "b/api.yaml", "--out", "out")

    written = mend(reported(folder / "out"), folder / "mended")

    overlays = [path for path in written if path.name.endswith(".overlay.yaml")]
    assert [path.name for path in overlays] == ["api.overlay.yaml", "api-2.overlay.yaml"]
    said = [path.read_text(encoding="utf-8") for path in overlays]
    assert "extends: a/api.yaml" in said[0]
    assert "extends: b/api.yaml" in said[1]


def test_one_file_judges_once_however_it_is_spelled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By another path, through a link, by name and by path, by two days of one copy."""
    monkeypatch.chdir(folder)
    (folder / "link.yaml").symlink_to("a/api.yaml")

    def files(*names: str) -> list[str]:
        return [one.file for one in against.asked_for(names)]

    assert files("a/api.yaml", "./a/api.yaml", "link.yaml", str(folder / "a/api.yaml")) == ["a/api.yaml"]
    assert files("kimi", str(specs_dir() / "kimi.yaml")) == ["specs/kimi.yaml"]
    assert len(files("kimi@2000-01-01", "kimi@2000-01-02")) == 1
    assert len(files("all", "kimi")) == len(files("all"))


def test_no_two_names_are_ever_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where one file's path is another's stem."""
    monkeypatch.chdir(folder)
    (folder / "c").mkdir()
    for name in ("api.yaml", "c/api.yaml.json", "api.json"):
        shutil.copy(folder / "a/api.yaml", folder / name)
    files = ("a/api.yaml", "api.yaml", "c/api.yaml.json", "api.json", "kimi")

    names = [one.name for one in against.asked_for(files)]

    assert len(set(names)) == len(files)
    assert names[-1] == "kimi"
