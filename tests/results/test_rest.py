"""What is to be sent again: the input's lines without a success, all of them and no others, byte for byte."""

import random
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.results import Account, ResultsOptions, results
from conformance.results import buckets as spilling
from conformance.simulator import Simulator
from tests.results.kit import Case, bad, expired, good
from tests.simulator.kit import client_of, create, jsonl, retrieve, row

DAY = 86_400
TROUBLED = 5
"""Turns in which things go wrong."""


def held(outputs: list[Path], source: Path, provider: str, rest: Path | None = None) -> Account:
    """Results held against their input, without a report."""
    found, _ = results(ResultsOptions(list(map(str, outputs)), str(source), provider, rest=rest))
    return found


@pytest.mark.parametrize("provider", ["kimi", "siliconflow"])
@pytest.mark.parametrize("seed", range(8))
def test_what_is_sent_again_leaves_nothing_absent(provider: str, seed: int, tmp_path: Path) -> None:
    """Through a simulator that fails some, over files that lose, double and break some: until none is left."""
    chance = random.Random(seed)  # noqa: S311 - the same every time

    def reply(asked: object) -> str:
        if turn < TROUBLED and chance.random() < 0.2:
            raise RuntimeError("a request fails")
        return f"yes {asked}"

    source = tmp_path / "in.jsonl"
    source.write_bytes(jsonl(row(f"r{number}" * chance.choice((1, 50))) for number in range(30)).rstrip(b"\n"))
    files: list[Path] = []
    todo, turn = source, 0
    with Simulator(provider, speed=0, reply=reply, seeded=False) as simulator, client_of(simulator) as client:
        for turn in range(TROUBLED + 2):
            batch = create(client, todo.read_bytes())
            simulator.advance(2 * DAY)
            done = retrieve(client, batch)
            for name in ("output_file_id", "error_file_id"):
                if done[name]:
                    url = done[name] if "://" in done[name] else f"/files/{done[name]}/content"
                    files.append(tmp_path / f"{name}-{turn}.jsonl")
                    files[-1].write_bytes(spoilt(client.get(url).content, chance, turn))
            rest = tmp_path / f"rest-{turn}.jsonl"
            found = held(files, source, provider, rest)
            good_names = {
                line["custom_id"] for file in files for line in lines_of(file) if (line["response"] or {}).get("body")
            }
            wanted = [one for one in source.read_bytes().splitlines(keepends=True) if name_of(one) not in good_names]
            assert rest.read_bytes() == b"".join(wanted)
            assert (found.left, found.answered) == (len(wanted), 30 - len(wanted))
            if not wanted:
                break
            todo = rest

    assert (found.absent, found.failed, found.answered) == (None, {}, 30)
    assert 0 < turn <= TROUBLED


def spoilt(content: bytes, chance: random.Random, turn: int) -> bytes:
    """Results that lost some lines, have others twice or in another order, and end in the middle of one."""
    if turn >= TROUBLED:
        return content
    lines = [line for line in content.splitlines(keepends=True) if chance.random() > 0.2]
    lines += [line for line in lines if chance.random() < 0.1]
    chance.shuffle(lines)
    if lines and chance.random() < 0.5:
        lines[-1] = lines[-1][: chance.randrange(1, len(lines[-1]) - 1)]
    return b"".join(lines)


def lines_of(file: Path) -> list[dict[str, object]]:
    """The lines that are whole."""
    found = []
    for line in file.read_bytes().splitlines():
        try:
            found.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            continue
    return found


def name_of(line: bytes) -> object:
    """The custom_id of a line."""
    return orjson.loads(line)["custom_id"]


OUTCOMES = {
    "good": lambda name: [good(name)],
    "failed": lambda name: [bad(name, 429)],
    "refused": lambda name: [bad(name, 400)],
    "expired": lambda name: [expired(name)],
    "empty": lambda name: [good(name, response={"status_code": 0, "body": {}})],
    "absent": lambda name: [],
    "cut": lambda name: [orjson.dumps(good(name))[:40] + b"\n"],
    "twice": lambda name: [good(name), good(name)],
    "both": lambda name: [bad(name, 500), good(name)],
}
WITH_SUCCESS = {"good", "twice", "both"}


@given(st.lists(st.sampled_from(sorted(OUTCOMES)), max_size=40), st.randoms(use_true_random=False), st.booleans())
def test_exactly_what_has_no_success_is_written(
    tmp_path_factory: pytest.TempPathFactory,
    outcomes: list[str],
    chance: random.Random,
    end: bool,  # noqa: FBT001 - a case
) -> None:
    """For any outcomes in any order, whether the input ends with a line feed or not."""
    folder = tmp_path_factory.mktemp("rest")
    source, output, rest = (folder / name for name in ("in.jsonl", "out.jsonl", "rest.jsonl"))
    asked = [orjson.dumps(row(f"r{number}")) + b"\n" for number in range(len(outcomes))]
    content = b"".join(asked)
    source.write_bytes(content if end else content[:-1])
    told = [line for number, one in enumerate(outcomes) for line in OUTCOMES[one](f"r{number}")]
    chance.shuffle(told)
    output.write_bytes(jsonl(told))

    found = held([output], source, "kimi", rest)

    left = [line for line, one in zip(asked, outcomes, strict=True) if one not in WITH_SUCCESS]
    written = rest.read_bytes()
    assert written == b"".join(left) or (
        not end and written == b"".join(left)[:-1] and outcomes[-1] not in WITH_SUCCESS
    )
    counted = (
        found.answered + sum(one.count for one in found.failed.values()) + (found.absent.count if found.absent else 0)
    )
    assert (counted, found.sent) == (len(outcomes), len(outcomes))


def test_the_same_is_found_when_names_go_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few are kept in memory."""
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(jsonl(row(f"r{number}") for number in range(3000)))
    output.write_bytes(
        jsonl(good(f"r{number}") if number % 7 else bad(f"r{number}", 500) for number in range(10, 2900))
    )

    expected = held([output], source, "kimi")
    monkeypatch.setattr(spilling, "IN_MEMORY", 100)
    assert held([output], source, "kimi") == expected
    assert expected.absent is not None
    assert expected.absent.count == 110


def test_lines_that_cannot_be_read_are_among_them(tmp_path: Path) -> None:
    """Nobody knows whether they have an answer; blank ones are no requests. Bytes stay as they are."""
    source, output, rest = (tmp_path / name for name in ("in.jsonl", "out.jsonl", "rest.jsonl"))
    odd = [b"\xef\xbb\xbf" + orjson.dumps(row("a")) + b"\r\n", b"\n", b"{oops\n", b" \n", b'{"custom_id": 7}\n']
    source.write_bytes(b"".join(odd) + orjson.dumps(row("b")))
    output.write_bytes(jsonl([good("b")]))

    found = held([output], source, "kimi", rest)

    assert rest.read_bytes() == odd[0] + odd[2] + odd[4]
    assert (found.sent, found.left) == (4, 3)


def test_a_packed_input_is_written_unpacked(case: Case) -> None:
    """And one from standard input as it came."""
    import gzip  # noqa: PLC0415 - here only

    case.sent("a", "b")
    plain = (case.folder / "in.jsonl").read_bytes()
    case.put("out.jsonl", [good("a")])
    wanted = plain.splitlines(keepends=True)[1]
    case.put("in.jsonl", gzip.compress(plain))
    case.results("out.jsonl", "--rest", "again.jsonl")
    assert (case.folder / "again.jsonl").read_bytes() == wanted

    done = case.results("out.jsonl", "--input", "-", "--rest", "more.jsonl", given=plain.decode())
    assert done.returncode == 1
    assert (case.folder / "more.jsonl").read_bytes() == wanted


@pytest.mark.parametrize("name", ["in.jsonl", "out.jsonl", "-", "."])
def test_nothing_is_lost_for_it(case: Case, name: str) -> None:
    """Neither input nor results are replaced."""
    case.sent("a")
    case.put("out.jsonl", [good("a")])
    before = {path: path.read_bytes() for path in case.folder.iterdir() if path.is_file()}

    done = case.results("out.jsonl", "--rest", name)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert {path: path.read_bytes() for path in case.folder.iterdir() if path.is_file()} == before


def test_a_folder_that_is_not_there_leaves_nothing_behind(case: Case) -> None:
    """One line, exit 2."""
    case.sent("a")
    case.put("out.jsonl", [])

    done = case.results("out.jsonl", "--rest", "nowhere/again.jsonl")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_batch_is_asked_for_by_its_id(case: Case) -> None:
    """At the provider, or where --url says; with the key of its variable, by nothing but GET."""
    with Simulator(case.provider, speed=0, seeded=False) as simulator, client_of(simulator) as client:
        case.sent("a", "b", "c")
        batch = create(client, (case.folder / "in.jsonl").read_bytes())
        simulator.advance(2 * DAY)
        done = retrieve(client, batch)
        url = done["output_file_id"]
        case.put("out.jsonl", client.get(url if "://" in url else f"/files/{url}/content").content)
        key = {"MOONSHOT_API_KEY": simulator.key, "SILICONFLOW_API_KEY": simulator.key}

        told = case.results("out.jsonl", "--batch", batch["id"], "--url", simulator.base_url, **key)
        missing = case.results("out.jsonl", "--batch", "batch_none", "--url", simulator.base_url, **key)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "request_counts agree" in told.stdout
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert "status 404" in missing.stderr
