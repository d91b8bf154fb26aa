"""A redirect of content is followed in thought: the request to the place that it named is that content."""

import itertools
from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance.recording import source
from conformance.recording.har import parse
from conformance.traffic import hops
from tests.traffic.recordings import checked, everything, found, write

STORE = "https://store.example/file_1?signature=abc"
LINE = '{"id":"a","custom_id":"1","response":{"status_code":200,"request_id":"","body":{}},"error":null}\n'


def entry(url: str, status: int, text: str, second: int = 0, **headers: str) -> dict[str, Any]:
    """One of HAR."""
    return {
        "startedDateTime": f"2026-01-01T00:00:{second:02}.5Z",
        "time": 1,
        "request": {"method": "GET", "url": url, "headers": [{"name": "Authorization", "value": "Bearer x"}]},
        "response": {
            "status": status,
            "headers": [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()],
            "content": {"size": len(text), "text": text},
        },
    }


CONTENT = "https://api.moonshot.cn/v1/files/file_1/content"
LED = entry(CONTENT, 302, "", location=STORE)
HOP = entry(STORE, 200, LINE, 1, Content_Type="application/octet-stream")
OTHER = entry("https://store.example/file_1?signature=abd", 200, LINE, 2, Content_Type="application/octet-stream")


def test_the_request_that_follows_is_the_content(tmp_path: Path) -> None:
    """It is judged as that, and no other is; the redirect itself stays what it is."""
    result = checked(write(tmp_path / "a.ndjson", [LED, HOP, OTHER]))
    assert [note.split(" (")[0] for note in result.notes] == ["1 × GET /* fits no operation of the contracts"]
    assert result.verdicts[0].pair.totals == {("file_content", 302): 1, ("file_content", 200): 1}
    assert ("response-status-undocumented", "") in found(result)


@pytest.mark.parametrize("location", ["/elsewhere", "", "https://[", STORE + "#part"])
def test_a_place_is_resolved(tmp_path: Path, location: str) -> None:
    """Against the address that was asked; one that is none leads nowhere."""
    hop = entry("https://api.moonshot.cn/elsewhere", 200, LINE, 1)
    result = checked(write(tmp_path / "a.ndjson", [entry(CONTENT, 302, "", location=location), hop, HOP]))
    led = {"/elsewhere": 1, STORE + "#part": 1}.get(location, 0)
    assert result.verdicts[0].pair.totals.get(("file_content", 200), 0) == led


def test_of_two_redirects_to_one_place_the_first_counts(tmp_path: Path) -> None:
    """In whatever order they were read."""
    gateway = entry(CONTENT.replace("api.moonshot.cn", "gateway.example"), 302, "", location=STORE)
    result = checked(write(tmp_path / "a.ndjson", [gateway, LED, HOP]))
    led = {one.pair.endpoint: one.pair.totals.get(("file_content", 200), 0) for one in result.verdicts}
    assert led == {"recorded:gateway.example": 1, "recorded:api.moonshot.cn": 0}


def test_har_s_own_field_says_it_too(tmp_path: Path) -> None:
    """Where headers were left out."""
    led = entry(CONTENT, 302, "")
    led["response"]["redirectURL"] = STORE
    result = checked(write(tmp_path / "a.ndjson", [led, HOP]))
    assert ("file_content", 200) in result.verdicts[0].pair.totals


@pytest.mark.parametrize("jobs", [1, 2])
def test_it_does_not_matter_how_it_is_divided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """In any order, in any process, and where little is remembered."""
    reports = []
    for number, order in enumerate(itertools.permutations([LED, HOP, OTHER])):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.setattr(source, "BLOCK", 200 if number else 1 << 20)
        result = checked(write(folder / "a.ndjson", order), jobs=jobs if number < 2 else 1)
        reports.append((found(result), result.verdicts[0].pair.totals, len(result.notes)))
    assert all(one == reports[0] for one in reports)
    monkeypatch.setattr(hops, "MAX_HOPS", 1)
    others = [entry(f"https://store.example/{number}", 200, "", 3) for number in range(9)]
    forward, backward = (
        checked(write(tmp_path / "b.ndjson", list(many))) for many in ([LED, *others, HOP], [HOP, *others[::-1], LED])
    )
    assert everything(forward)[0] == everything(backward)[0]
    assert [note.partition(" ×")[0] for note in forward.notes] == [note.partition(" ×")[0] for note in backward.notes]


def test_what_waits_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also within one block; what is let go of comes back, once."""
    monkeypatch.setattr(hops, "MAX_HOPS", 2)
    every, gone = hops.Hops(), list[hops.Hop]()
    for number in range(20):
        asked = parse(orjson.dumps(entry(f"https://store.example/{number}", 200, LINE)))
        gone += every.wait(("file", number), asked, "GET /*")
        assert len(every.waiting) <= 4
    gone += (hop for hop, lead in every.met() if lead is None)
    assert sorted(hop.place for hop in gone) == [("file", number) for number in range(20)]
