"""What other tools recorded is judged as a HAR of the same traffic is, whatever the file is called."""

from pathlib import Path

import pytest

from tests.traffic.dialects import DIALECTS, Dialect, sent
from tests.traffic.recordings import checked, entries, record, rows
from tests.wrong.faults import ONLY
from tests.wrong.lists import RIGHT

NULL_COUNTS = next(fault for fault in ONLY["kimi"] if fault.name == "null counts").change(RIGHT["kimi"])


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with drift in it, every request of which shows its key."""
    return record(tmp_path_factory.mktemp("formats") / "a.ndjson", NULL_COUNTS)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
def test_a_dialect_says_what_har_says(tmp_path: Path, lines: Path, dialect: Dialect) -> None:
    """Every row with its counts, for each exchange, and nothing is lost."""
    file = tmp_path / "recording"
    kept = [one for one in entries(lines) if one.get("_credentials") != "absent"]
    file.write_bytes(dialect(sent(kept)))

    result = checked(file)

    assert rows(result) == rows(checked(lines)) != {}
    assert result.complete, result.notes
    assert result.verdicts[0].pair.responses == len(kept)
