"""Each rule for batch input files, with a file that breaks it and one that keeps it."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from conformance.input_rules import (
    OFFENCES,
    REMARKS,
    RULES,
    SHOWN,
    InputRules,
    check_input,
    metadata_offence,
    window_hours,
    window_offence,
)
from conformance.input_rules.lines import InputLines
from conformance.providers import PROVIDERS as PROVIDER_RECORDS
from tests.simulator.kit import PROVIDERS, jsonl, row, rows

BOTH = PROVIDERS
KIMI, SILICONFLOW = ("kimi",), ("siliconflow",)


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in row("a").items() if key != name}


def _said(*roles: Any) -> list[dict[str, Any]]:
    return [{"role": role, "content": "…"} for role in roles]


WRONG: Sequence[tuple[str, Sequence[str], list[Any], int | None]] = [
    # rule, providers, the file's rows (bytes stand as they are), the line that is told
    ("file-empty", BOTH, [], None),
    ("line-count", SILICONFLOW, rows(5001), None),
    ("line-blank", BOTH, [row("a"), b"\n", row("b")], 2),
    ("line-blank", BOTH, [row("a"), b"  \r\n"], 2),
    ("line-not-json", BOTH, [row("a"), b"{oops}\n"], 2),
    ("line-not-json", BOTH, [b'{"custom_id": "\xff"}\n'], 1),
    ("line-not-json", BOTH, [b"\xef\xbb\xbf" + orjson.dumps(row("a"))], 1),
    ("line-not-json", BOTH, [b"[" * 100_000 + b"\n"], 1),
    ("file-not-utf8", BOTH, [orjson.dumps(row("a")).decode().encode("utf-16")], None),
    ("file-not-utf8", BOTH, [orjson.dumps(row("a")).decode().encode("utf-16-le")], None),
    ("file-not-utf8", BOTH, [orjson.dumps([row("a")]).decode().encode("utf-16-le")], None),
    ("file-not-utf8", BOTH, [orjson.dumps([row("a")]).decode().encode("utf-16-be")], None),
    ("file-not-lines", BOTH, [orjson.dumps([row("a"), row("b")], option=orjson.OPT_INDENT_2)], None),
    ("file-not-lines", BOTH, [b"[" + orjson.dumps(row("a")) + b",\n", *[orjson.dumps(row("b")) + b",\n"] * 30], None),
    ("file-not-lines", BOTH, [orjson.dumps(row("a"), option=orjson.OPT_INDENT_2)], None),
    ("line-not-object", BOTH, [[row("a")]], 1),
    ("line-not-object", BOTH, [None], 1),
    ("custom-id-missing", BOTH, [_without("custom_id")], 1),
    ("custom-id-missing", BOTH, [row("a") | {"custom_id": 1}], 1),
    ("custom-id-missing", BOTH, [row("")], 1),
    ("custom-id-repeated", BOTH, [row("a"), row("b"), row("a")], 3),
    ("method-not-post", BOTH, [row("a") | {"method": "GET"}], 1),
    ("method-not-post", KIMI, [_without("method")], 1),
    ("url-wrong", BOTH, [row("a") | {"url": "/v1/embeddings"}], 1),
    ("url-wrong", KIMI, [_without("url")], 1),
    ("body-missing", BOTH, [_without("body")], 1),
    ("body-missing", BOTH, [row("a") | {"body": []}], 1),
    ("model-missing", KIMI, [row("a", model=None)], 1),
    ("model-missing", BOTH, [row("a", model="")], 1),
    ("model-mixed", BOTH, [row("a"), row("b", model="n")], 2),
    ("messages-missing", BOTH, [row("a", messages=None)], 1),
    ("messages-missing", BOTH, [row("a", messages=[])], 1),
    ("messages-missing", BOTH, [row("a", messages={"role": "user"})], 1),
    ("message-role", BOTH, [row("a", messages=["hello"])], 1),
    ("message-role", BOTH, [row("a", messages=_said(None))], 1),
    ("message-role", SILICONFLOW, [row("a", messages=_said("tool", "user"))], 1),
    ("last-message-role", SILICONFLOW, [row("a", messages=_said("user", "assistant"))], 1),
    ("parameter-refused", KIMI, [row("a", temperature=0.5)], 1),
    ("parameter-refused", KIMI, [row("a", top_p=1)], 1),
    ("parameter-refused", KIMI, [row("a", n=1)], 1),
    ("parameter-refused", KIMI, [row("a", presence_penalty=0)], 1),
    ("parameter-refused", KIMI, [row("a", frequency_penalty=0)], 1),
]

RIGHT: Sequence[tuple[Sequence[str], list[Any]]] = [
    (BOTH, rows(100)),
    (BOTH, [orjson.dumps(row("no newline at the end"))]),
    (BOTH, [orjson.dumps(row("a")) + b"\r\n", orjson.dumps(row("b")) + b"\r\n"]),
    (BOTH, [row("a", messages=_said("system", "user", "assistant", "user"))]),
    (KIMI, rows(5001)),
    (KIMI, [row("a", messages=_said("user", "tool"))]),
    (SILICONFLOW, rows(5000)),
    (SILICONFLOW, [_without("method"), row("b")]),
    (SILICONFLOW, [_without("url"), row("b")]),
    (SILICONFLOW, [row("a", model=None), row("b")]),
    (SILICONFLOW, [row("a", temperature=0.5, top_p=1)]),
]


def _check(provider: str, content: list[Any], **options: Any) -> Any:
    return check_input(io.BytesIO(jsonl(content)), provider, **options)


@pytest.mark.parametrize(("rule", "providers", "content", "line"), WRONG)
def test_a_wrong_file_breaks_its_rule(
    rule: str, providers: Sequence[str], content: list[Any], line: int | None
) -> None:
    """The offence is told with its line; the other provider, where it has no such rule, finds nothing of it."""
    for provider in PROVIDERS:
        report = _check(provider, content)

        found = [(one.rule, one.line) for one in report.offences if one.rule == rule]
        assert found == ([(rule, line)] if provider in providers else [])
        assert report.ok == (not report.counts)


@pytest.mark.parametrize(("providers", "content"), RIGHT)
def test_a_right_file_breaks_none(providers: Sequence[str], content: list[Any]) -> None:
    """No offence at all, and the lines are counted."""
    for provider in providers:
        report = _check(provider, content)

        assert report.ok, report.offences
        assert (report.lines, report.size) == (len(content), len(jsonl(content)))


@pytest.mark.parametrize("provider", BOTH)
def test_a_file_that_is_one_array_or_utf16_has_one_offence(provider: str) -> None:
    """Not one a line."""
    array = orjson.dumps(rows(30), option=orjson.OPT_INDENT_2)
    utf16 = jsonl(rows(30)).decode().encode("utf-16")
    for content in (array, array.replace(b"\n", b"\r\n"), utf16):
        assert sum(_check(provider, [content]).counts.values()) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"custom_id": "批量处理"}\n'.encode("gbk"), "text that is GBK, not UTF-8"),
        (b'{"custom_id": "\xff"}\n', "text that is not UTF-8"),
        (b"\xef\xbb\xbf" + orjson.dumps(row("a")), "a byte order mark; save it without"),
    ],
    ids=["gbk", "latin-1", "bom"],
)
def test_what_a_line_is_that_is_no_utf8(content: bytes, words: str) -> None:
    """The true reason, so that the file can be saved anew."""
    [offence] = _check("kimi", [content]).offences

    assert words in offence.message


def test_a_remark_fails_no_file() -> None:
    """`stream` where nothing says that it may be set, and a key that stands twice."""
    twice = orjson.dumps(row("b")).replace(b'"method"', b'"custom_id":"x","method"')

    report = _check("kimi", [*rows(3), row("a", stream=True), row("c", stream=False), twice + b"\n"])

    assert report.ok
    assert report.remark_counts == {"stream-set": 1, "key-repeated": 1}
    assert [one.line for one in report.remarks] == [4, 6]
    assert _check("siliconflow", [row("a", stream=True)]).remark_counts == {}
    assert set(REMARKS) == {"stream-set", "key-repeated"}


@given(st.data())
def test_what_is_recognised_at_once_breaks_no_rule(data: st.DataObject) -> None:
    """What fits the type that is made of the rules is in order for the rules themselves."""
    provider = data.draw(st.sampled_from(tuple(PROVIDER_RECORDS)))
    url = next((one for one in RULES[provider].endpoints if one.endswith("completions")), "/v1/chat/completions")
    right = row("r") | {"url": url}
    odd = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=3), st.just([]), st.just({}))
    changed = orjson.loads(orjson.dumps(right))
    place = data.draw(st.sampled_from([changed, changed["body"], changed["body"]["messages"][0]]))
    name = data.draw(st.sampled_from([*place, "temperature", "n", "stream", "role", "model", "other"]))
    if data.draw(st.booleans()):
        place.pop(name, None)
    else:
        place[name] = data.draw(st.one_of(odd, st.sampled_from(["user", "tool", "assistant", "POST", "n"])))

    apart, together = (InputLines(RULES[provider], frozenset(), None) for _ in range(2))
    for judge in (apart, together):
        assert not [*judge.offences(right | {"custom_id": "first"})]
    found = [*apart.offences(changed), *apart.remarks(changed)]

    assert together.in_order([orjson.dumps(right | {"custom_id": "second"})]) == ["second"]
    if together.in_order([orjson.dumps(changed)]) is not None:
        assert not found


def test_every_rule_has_a_wrong_file() -> None:
    """The cases above leave out only the rules on the file's name, its size and the models, which follow."""
    apart = {"file-extension", "file-too-large", "model-unknown"}

    assert {case[0] for case in WRONG} == set(OFFENCES) - apart


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_name_ends_in_jsonl(provider: str, tmp_path: Path) -> None:
    """A path is judged by its name, a stream only if it has one."""
    for name, rules in (("a.jsonl", []), ("a.json", ["file-extension"]), ("jsonl", ["file-extension"])):
        path = tmp_path / name
        path.write_bytes(jsonl(rows(1)))
        assert list(check_input(path, provider).counts) == rules
        assert list(_check(provider, rows(1), name=name).counts) == rules


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_size_has_a_bound(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte too many is one too many."""
    content = rows(10)
    size = len(jsonl(content))
    for bound, offences in ((size, []), (size - 1, ["file-too-large"])):
        monkeypatch.setitem(cast("dict[str, InputRules]", RULES), provider, evolve(RULES[provider], max_bytes=bound))
        assert list(_check(provider, content).counts) == offences


@pytest.mark.parametrize("provider", PROVIDERS)
def test_models_can_be_listed(provider: str) -> None:
    """A model that is not listed does not exist, on every line that names it."""
    report = _check(provider, [*rows(3), row("n", model="n")], models=("n",))

    assert report.counts == {"model-unknown": 3, "model-mixed": 1}


def test_a_replaced_model_makes_the_lines_of_no_matter() -> None:
    """What `replace` names holds for every line."""
    assert _check("siliconflow", [row("a", model="x"), row("b", model="y"), row("c")], model="z").ok


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_first_offences_are_spelled_out_and_all_are_counted(provider: str) -> None:
    """Twenty with their lines, the rest as numbers."""
    content = [row(str(number), messages=[]) | {"method": "GET"} for number in range(50)]

    report = _check(provider, content)

    assert len(report.offences) == SHOWN == 20
    assert report.counts == {"messages-missing": 50, "method-not-post": 50}
    assert str(report.offences[0]) == 'line 1: method must be POST, not "GET" [method-not-post]'


def test_several_offences_of_a_line_are_all_told() -> None:
    """One look at a line tells everything that is wrong with it."""
    [first, *rest] = _check("kimi", [{"method": "GET", "body": {"top_p": 1}}]).offences

    assert {first.rule, *(one.rule for one in rest)} == {
        "custom-id-missing",
        "method-not-post",
        "url-wrong",
        "model-missing",
        "messages-missing",
        "parameter-refused",
    }


def test_long_values_are_cut() -> None:
    """An offence stays a line."""
    [offence] = _check("kimi", [row("a") | {"method": "x" * 10_000}]).offences

    assert len(str(offence)) < 120


def test_a_stream_need_not_be_seekable() -> None:
    """Standard input is read as it comes."""

    class Pipe(io.RawIOBase):
        """Bytes that come once."""

        def __init__(self) -> None:
            self.left = io.BytesIO(jsonl(rows(3)))

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            return self.left.readinto(buffer)

    assert check_input(io.BufferedReader(Pipe()), "kimi").lines == 3


@pytest.mark.parametrize(
    ("provider", "window", "hours"),
    [
        ("kimi", "12h", 12),
        ("kimi", "168h", 168),
        ("kimi", "1d", 24),
        ("kimi", "7d", 168),
        ("kimi", "11h", None),
        ("kimi", "169h", None),
        ("kimi", "8d", None),
        ("kimi", "012h", None),
        ("kimi", "24H", None),
        ("kimi", "24h\n", None),
        ("kimi", "٢٤h", None),
        ("kimi", 24, None),
        ("siliconflow", "24h", 24),
        ("siliconflow", "336h", 336),
        ("siliconflow", "23h", None),
        ("siliconflow", "337h", None),
        ("siliconflow", "1d", None),
    ],
)
def test_windows(provider: str, window: object, hours: int | None) -> None:
    """A window is its hours, or an offence that says what is taken."""
    assert window_hours(window, provider) == hours
    assert (window_offence(window, provider) is None) == (hours is not None)


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({}, None),
        ({str(number): "v" * 512 for number in range(16)}, None),
        ({"k" * 64: ""}, None),
        ({str(number): "" for number in range(17)}, "17 pairs, at most 16"),
        ({"k" * 65: ""}, "65 characters, at most 64"),
        ({"k": "v" * 513}, "513 characters, at most 512"),
        ({"k": 1}, "must be a string, not a number"),
        (None, "must be an object, not missing or null"),
        ([], "must be an object, not an empty array"),
    ],
)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_metadata(provider: str, metadata: object, words: str | None) -> None:
    """Pairs, keys and values have their bounds, and they are all strings."""
    offence = metadata_offence(metadata, provider)

    assert (offence is None) if words is None else (offence is not None and words in offence)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_windows_agree_with_the_contract(provider: str) -> None:
    """What the contract's pattern takes is what is taken here, over every number of hours and days."""
    from conformance.contract import load  # noqa: PLC0415 - only this test reads contracts

    operation = load(provider).operations["create_batch"]
    assert operation.body is not None
    for window in [f"{number}{unit}" for number in range(400) for unit in "hdm"]:
        body = {"input_file_id": "f", "endpoint": "/v1/chat/completions", "completion_window": window}
        assert operation.body.validator.is_valid(body) == (window_hours(window, provider) is not None), window
