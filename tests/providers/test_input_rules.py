"""Each provider's rules for a batch's input come from its contract: what it states is held to, and no more."""

import io
import re
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import ContractError, load
from conformance.input_rules import RULES, check_input, metadata_offence, window_hours
from conformance.input_rules.limits import hours, size
from conformance.input_rules.table import input_rules
from conformance.providers import PROVIDERS
from tests.simulator.kit import jsonl, row, rows

CHAT = "/v1/chat/completions"


def line(number: int = 0, url: str = CHAT, **body: Any) -> dict[str, Any]:
    """A request that every provider takes, but for what is given."""
    return {**row(f"request-{number}", **body), "url": url}


EMBEDDING = {"custom_id": "e", "method": "POST", "url": "/v1/embeddings", "body": {"model": "m", "input": "text"}}


@pytest.mark.parametrize("provider", list(PROVIDERS))
def test_a_plain_file_is_in_order_everywhere(provider: str) -> None:
    """A line for chat completions, under the name that the provider's contract has for it."""
    url = next(iter(RULES[provider].endpoints), CHAT) if len(RULES[provider].endpoints) == 1 else CHAT
    report = check_input(io.BytesIO(jsonl(line(number, url) for number in range(200))), provider, name="a.jsonl")
    assert report.ok, report.offences


@pytest.mark.parametrize(
    ("provider", "content", "offences"),
    [
        ("openai", [EMBEDDING, EMBEDDING | {"custom_id": "f"}], {}),
        ("openai", [EMBEDDING, line()], {"url-wrong": 1}),
        ("openai", [line(url="/v1/nothing")], {"url-wrong": 1}),
        ("openai", [line(0, model="a"), line(1, model="b")], {}),
        ("openai", [line(messages=[])], {"messages-missing": 1}),
        ("openai", rows(50_001), {"line-count": 1}),
        ("kimi", [line(temperature=1, n=2, presence_penalty=0)], {"parameter-refused": 3}),
        ("zhipu", [line()], {"url-wrong": 1}),
        ("zhipu", [line(url="/v4/chat/completions")], {}),
        ("groq", [EMBEDDING], {"url-wrong": 1, "messages-missing": 1}),
        ("dashscope", [line(url="/v1/chat/ds-test", model="batch-test-model")], {}),
        ("together", [EMBEDDING], {}),
    ],
)
def test_what_a_contract_states_is_held_to(provider: str, content: list[Any], offences: dict[str, int]) -> None:
    """Endpoints, numbers of lines, parameters, one model or several, messages where there are chats."""
    assert dict(check_input(io.BytesIO(jsonl(content)), provider).counts) == offences


@pytest.mark.parametrize(
    ("provider", "right", "wrong"),
    [
        ("openai", ["24h"], ["12h", "1d", "48h"]),
        ("groq", ["24h", "7d", "168h"], ["23h", "8d", "1w"]),
        ("dashscope", ["24h", "336h", "14d"], ["15d", "1h"]),
        ("zhipu", ["24h", "90d"], ["soon", "0h"]),
    ],
)
def test_windows_are_those_of_the_contract(provider: str, right: list[str], wrong: list[str]) -> None:
    """A closed list, bounds in hours or days, or any length where none is stated."""
    assert [one for one in right if window_hours(one, provider) is None] == []
    assert [one for one in wrong if window_hours(one, provider) is not None] == []


def test_metadata_is_held_to_what_is_stated() -> None:
    """Null where that is documented, and bounds only where there are some."""
    assert metadata_offence(None, "openai") is None
    assert metadata_offence(None, "kimi") is not None
    assert metadata_offence({"k" * 65: "v"}, "openai") is not None
    assert metadata_offence({"k" * 65: "v" * 5000}, "groq") is None


def test_sizes_and_windows_are_read_as_pages_write_them() -> None:
    """Binary, the larger meaning; hours and days."""
    assert [size(text) for text in ("100MB", "1G", "512 KB", "7", "much", None)] == [
        *(100 << 20, 1 << 30, 512 << 10, 7, None, None)
    ]
    assert [hours(text) for text in ("12h", "7d", "1w", "h", None)] == [12, 168, None, None, None]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ("much", "x-limits must be a list"),
        ("[much]", "x-limits must be a list"),
        ("[{name: file_size, value: huge}]", "file_size: a size like 100MB is expected"),
        ("[{name: file_lines, value: '7'}]", "file_lines: a number is expected"),
        ("[{name: roles, value: 5}]", "roles: a list of names is expected"),
        ("[{name: one_model, value: sometimes}]", "one_model: true or false is expected"),
    ],
)
def test_limits_that_cannot_be_read_are_told_in_one_line(limits: str, words: str, tmp_path: Path) -> None:
    """The file is named, and what is expected there."""
    text = "openapi: 3.1.0\ninfo: {title: t, version: v}\npaths:\n  /v1/batches:\n    post:\n"
    (tmp_path / "odd.yaml").write_text(f"{text}      responses: {{}}\n      x-limits: {limits}\n", encoding="utf-8")
    with pytest.raises(ContractError, match=re.escape(words)):
        input_rules("odd", load(str(tmp_path / "odd.yaml")))
