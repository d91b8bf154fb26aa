"""Nothing secret or personal in any output: canaries planted wherever a server or a user can put one."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import evolve

from conformance.masking import is_token, mask_json, mask_url, pseudonym, shown_word
from tests.conftest import Run
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.server import Asked, Reply, json_reply, serving

CANARY = "canary7a61b2c93d"
"""Looks like an id, a key or a token: letters and digits in a row."""
SENTENCE = f"Dear Ms {CANARY}, the invoice"
PERSON = "wei.zhang@example.com"


def planted(reply: Reply, asked: Asked) -> Reply:
    """A page with a canary in everything that may hold text, and headers with one each."""
    cookie = ("Set-Cookie", f"session={CANARY}")
    headers = (("X-Request-Id", CANARY), cookie, ("Location", f"/x?token={CANARY}"))
    if reply.status != 200:
        text = f"no {SENTENCE} {PERSON} {asked.headers.get('authorization', '')}"
        return evolve(
            json_reply({"error": {"message": text, CANARY: PERSON}, CANARY: 1}, reply.status), headers=headers
        )
    page: dict[str, Any] = orjson.loads(reply.raw)
    for number, batch in enumerate(page["data"]):
        batch |= {
            "id": f"batch_{CANARY}{number}",
            "status": f"sk-{CANARY}" if number else "exploded",
            "object": CANARY,
            "endpoint": f"/v1/{CANARY}",
            "metadata": {CANARY: SENTENCE, "owner": PERSON, "count": 7},
            "output_file_id": f"https://files.example/{CANARY}?signature={CANARY}",
            "request_counts": SENTENCE,
            f"x_{CANARY}": PERSON,
        }
    return evolve(reply, raw=orjson.dumps(page), headers=headers)


@pytest.mark.parametrize("provider", RIGHT)
def test_no_canary_gets_out(batch_conformance: Run, tmp_path: Path, provider: str) -> None:
    """Neither on the terminal nor in any report, while the drifts are all there."""
    variable = {"kimi": "MOONSHOT_API_KEY", "siliconflow": "SILICONFLOW_API_KEY"}[provider]
    with serving(evolve(RIGHT[provider], reply=planted)) as url:
        done = batch_conformance(
            *("run", f"live:{provider}", "--url", url, "--operation", "list_batches", "--no-known"),
            *("--rate", "1000/s", "--out", "out", "--history", "history.sqlite"),
            **{variable: KEY},
        )
    assert done.returncode == 1, done.stderr
    written = [path.read_bytes() for path in [*(tmp_path / "out").iterdir(), tmp_path / "history.sqlite"]]
    everything = b"".join([done.stdout.encode(), done.stderr.encode(), *written])
    for secret in (CANARY, SENTENCE, PERSON, KEY, "zhang"):
        assert secret.encode() not in everything
    assert b"response-property-type-changed" in everything
    if provider == "kimi":
        assert b"exploded" in everything


def test_a_url_with_a_password_is_refused_and_not_repeated(batch_conformance: Run) -> None:
    """A key has no place on a command line."""
    done = batch_conformance("run", "live:kimi", "--url", f"http://user:{CANARY}@127.0.0.1:9", MOONSHOT_API_KEY=KEY)
    assert done.returncode == 2
    assert "keys come from the environment" in done.stderr
    assert CANARY not in done.stdout + done.stderr


@pytest.mark.parametrize("word", ["in_queue", "exploded", "batch", "text.completion", "IN-QUEUE", "a"])
def test_words_of_an_api_are_shown(word: str) -> None:
    """A status that nobody has documented is what the report is about."""
    assert is_token(word)
    assert shown_word(word) == word


@pytest.mark.parametrize(
    "secret",
    [
        "sk-0123456789abcdef",
        "batch_91da4af7272c4fa5b12776fd",
        "eyJhbGciOiJIUzI1NiJ9",
        "a b",
        "0",
        "",
        "é",
        "x" * 41,
        CANARY,
    ],
)
def test_what_may_be_secret_is_not(secret: str) -> None:
    """Keys, ids, sentences, and what is too long for a word."""
    assert not is_token(secret)
    assert secret == "" or secret not in shown_word(secret)


def test_a_masked_body_keeps_types_numbers_and_equality() -> None:
    """What drift is judged by stays."""
    body = {"id": "abc123", "again": "abc123", "total": 7, "none": None, "on": True, "list": [1.5, "batch"]}
    masked = mask_json(body, {"batch"})
    assert masked["id"] == masked["again"] == pseudonym("abc123")
    assert (masked["total"], masked["none"], masked["on"], masked["list"]) == (7, None, True, [1.5, "batch"])


def test_a_masked_url_keeps_its_form() -> None:
    """Path words, parameter names and numbers stay; names of things do not; the id is the same as in a body."""
    name = "batch_77aa88bb99cc"
    masked = mask_url(f"https://me:secret@api.example/v1/batches/{name}?limit=2&after={name}#x", ())
    assert "secret" not in masked
    assert masked.startswith("https://api.example/v1/batches/")
    assert "limit=2" in masked
    assert masked.count(pseudonym(name).partition(" ")[0]) == 2
