"""Known drift: an entry accepts exactly one drift, with a reason, and says so when it is no longer needed."""

import json
import re
from pathlib import Path

import pytest

from conformance.known import KnownDriftError, read_known
from conformance.specs import specs_dir
from conformance.traffic import CheckOptions, check
from tests.conftest import Run
from tests.test_documented import BATCH, recorded

ENTRY = """
[[known]]
endpoint = "siliconflow"
contract = "kimi"
rule = "response-property-enum-value-added"
operation = "list_batches"
status_code = 200
pointer = "/data/*/status"
value = "in_queue"
reason = "SiliconFlow queues first"
source = "its documentation"
"""
PROBE = ("run", "sim:siliconflow", "--against", "kimi", "--operation", "list_batches", "--out", "out")


def known(tmp_path: Path, text: str) -> Path:
    """A file of known drift."""
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    return path


EXPLODED = ENTRY.replace("list_batches", "retrieve_batch").replace("/data/*/status", "/status")
EXPLODED = EXPLODED.replace("in_queue", "exploded").replace('"siliconflow"', '"recorded:api.siliconflow.cn"')
"""What no contract documents."""


def outcome(run: Run, tmp_path: Path, text: str) -> str:
    """What a recording of an exploded batch amounts to, with these entries."""
    file = recorded(tmp_path, BATCH | {"status": "exploded"})
    run("check", file, "--against", "kimi", "--known", known(tmp_path, text), "--out", "out")
    return str(json.loads((tmp_path / "out" / "drift.json").read_text(encoding="utf-8"))["pairs"][0]["outcome"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EXPLODED, "differs"),
        (EXPLODED.replace("exploded", "imploded"), "drift"),
        (EXPLODED + 'until = "2026-01-31"\n', "drift"),
        (EXPLODED + "until = 2999-01-31\n", "differs"),
    ],
    ids=["its value", "another value", "expired", "in force"],
)
def test_an_entry_accepts_its_value_while_it_is_in_force(
    batch_conformance: Run, tmp_path: Path, text: str, expected: str
) -> None:
    """Accepting one value accepts no other; past its date the drift is new again."""
    assert outcome(batch_conformance, tmp_path, text) == expected


def test_a_stale_entry_fails(batch_conformance: Run, tmp_path: Path) -> None:
    """A complete simulator run that no longer shows the drift says that the entry can go, and exits 1."""
    accepted = Path("conformance/known-drift.toml").read_text(encoding="utf-8")
    stale = ENTRY.replace('"in_queue"', '"exploded"')
    done = batch_conformance(*PROBE, "--known", known(tmp_path, accepted + stale))
    assert done.returncode == 1
    assert "stale" in done.stdout
    assert batch_conformance(*PROBE, "--known", known(tmp_path, accepted)).returncode == 0


def test_an_unrelated_edit_of_a_contract_changes_no_fingerprint(batch_conformance: Run, tmp_path: Path) -> None:
    """Comments, schemas and operations added before what drifts leave every identity as it was."""

    def fingerprints() -> set[str]:
        tree = json.loads((tmp_path / "out" / "drift.json").read_text(encoding="utf-8"))
        return {row["fingerprint"] for row in tree["drift"] if row["endpoint"]}

    text = (specs_dir() / "kimi.yaml").read_text(encoding="utf-8")
    contract = tmp_path / "kimi.yaml"
    runs = []
    for edited in (
        text,
        text.replace("\n  schemas:\n", "\n  schemas:\n    # unrelated\n    Aardvark:\n      type: object\n", 1),
    ):
        contract.write_text(edited, encoding="utf-8")
        batch_conformance(*PROBE[:2], "--against", contract, *PROBE[4:], "--no-known")
        runs.append(fingerprints())
    assert text != contract.read_text(encoding="utf-8")
    assert runs[0]
    assert runs[0] == runs[1]


@pytest.mark.parametrize(("against", "is_stale"), [("kimi", True), ("openai", False)])
def test_an_entry_of_a_contract_is_stale_where_the_contract_was_read(
    tmp_path: Path, against: str, *, is_stale: bool
) -> None:
    """That is always whole; of one that was not read it says nothing."""
    entry = ENTRY.replace('endpoint = "siliconflow"\n', "")
    file, accepted = recorded(tmp_path, BATCH), known(tmp_path, entry)
    result = check(CheckOptions((str(file),), against=(against,), known=accepted))
    assert [one.contract for one in result.stale] == (["kimi"] if is_stale else [])
    assert result.exit_code == int(is_stale)


BAD = {
    "no reason": (ENTRY.replace('reason = "SiliconFlow queues first"', ""), "reason is required"),
    "empty reason": (ENTRY.replace("SiliconFlow queues first", " "), "reason: expected a text"),
    "no source": (ENTRY.replace('source = "its documentation"', ""), "source is required"),
    "empty source": (ENTRY.replace("its documentation", " "), "source: expected a text"),
    "unknown key": (ENTRY + 'because = "x"\n', "because"),
    "unknown rule": (ENTRY.replace("enum-value-added", "enum-value-exploded"), "rule: expected the id of one rule"),
    "bad date": (ENTRY + 'until = "tomorrow"\n', "until"),
    "not TOML": ("[[known]\n", "not TOML"),
    "another table": ("[accepted]\n", "accepted"),
    "a number for a word": (ENTRY.replace('"list_batches"', "7"), "operation: expected the name of an operation"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_entry_gets_one_line_and_exit_2(batch_conformance: Run, tmp_path: Path, name: str) -> None:
    """The line names the file and what is wrong with it."""
    text, words = BAD[name]
    done = batch_conformance(*PROBE, "--known", known(tmp_path, text))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "known.toml" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out" / "drift.json").exists()


NO_REASON = ENTRY.replace('reason = "SiliconFlow queues first"\n', "")
LINES = {
    "a key of the first of two": (ENTRY.replace("SiliconFlow queues first", " ") + ENTRY, 10),
    "a key of the second of two": (ENTRY + ENTRY.replace("SiliconFlow queues first", " "), 21),
    "the first of two, which lacks a key": (NO_REASON + ENTRY, 2),
    "the second of two, which lacks a key": (ENTRY + NO_REASON, 13),
    "a key that a long text seems to hold": (
        ENTRY.replace('"SiliconFlow queues first"', '"""\nuntil = 1\n"""') + 'until = "tomorrow"\n',
        14,
    ),
    "another table": ("\n\n[accepted]\n", 3),
}


@pytest.mark.parametrize("name", LINES)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    """That of the key, or of the table where it lacks one."""
    text, line = LINES[name]
    path = known(tmp_path, text)
    with pytest.raises(KnownDriftError, match=f"^{re.escape(str(path))}:{line}: "):
        read_known(path)
