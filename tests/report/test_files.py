"""Reports on disk: checked when read, whole when written, one line where that fails."""

import orjson
import pytest

from conformance import report
from conformance.report import ReportError


def test_what_is_written_can_be_read_again(tree, tmp_path) -> None:
    """drift.json holds the tree."""
    report.write(tree, tmp_path / "new" / "folder")

    assert report.read(tmp_path / "new" / "folder" / "drift.json") == tree


def test_every_default_format_has_its_file(tree, tmp_path) -> None:
    """The folder receives the files that are promised, and nothing else."""
    written = report.write(tree, tmp_path)

    names = ["drift.json", "drift.html", "drift.md", "drift.sarif", "drift.junit.xml"]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a report of format"),
        (b'{"format": "other/1"}', "not a report of format"),
        (b"\xff\xfe", "not JSON"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(tmp_path, content, reason) -> None:
    """The message names the file and the reason."""
    path = tmp_path / "drift.json"
    path.write_bytes(content)

    with pytest.raises(ReportError) as refusal:
        report.read(path)

    assert str(path) in str(refusal.value)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_wrong_value_is_named_by_its_place(tree, tmp_path) -> None:
    """The message leads to the value that does not conform."""
    tree["pairs"][0]["outcome"] = "maybe"
    (tmp_path / "drift.json").write_bytes(orjson.dumps(tree))

    with pytest.raises(ReportError, match="/pairs/0/outcome"):
        report.read(tmp_path / "drift.json")


def test_a_missing_file_is_named(tmp_path) -> None:
    """No traceback for a path that is not there."""
    with pytest.raises(ReportError, match="No such file"):
        report.read(tmp_path / "drift.json")


def test_a_file_in_the_way_is_named(tree, tmp_path) -> None:
    """`--out` on a file says so."""
    (tmp_path / "reports").write_text("")

    with pytest.raises(ReportError, match="a file is in the way"):
        report.write(tree, tmp_path / "reports")


def test_a_report_that_cannot_be_replaced_leaves_nothing_behind(tree, tmp_path) -> None:
    """Where a folder has the report's name, the error is one line and no temporary file stays."""
    (tmp_path / "drift.json").mkdir()

    with pytest.raises(ReportError, match=r"drift\.json: cannot be written"):
        report.write(tree, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["drift.json"]


def test_an_unknown_format_is_named(tree, tmp_path) -> None:
    """The message lists what there is."""
    with pytest.raises(ReportError, match="pdf: no such format; there are json, html"):
        report.write(tree, tmp_path, ["pdf"])
