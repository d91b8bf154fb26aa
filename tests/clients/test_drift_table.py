"""One set of drifted responses through our clients, loose and strict, and through the `openai` SDK, side by side.

Ours never crash without a typed error, and lose nothing in silence: what they return is all that came, and where it is
not as documented, they say so. What the SDK does with the same is written down, and found out anew in each run.
"""

from collections.abc import Callable, Mapping
from typing import Any

import openai
import orjson
import pytest
from attrs import evolve, frozen

from tests.clients.conftest import CLIENTS, KEY, page
from tests.wrong.lists import kimi_batch
from tests.wrong.server import Asked, Reply, json_reply, serving

KIMI = CLIENTS[0]
REQUESTS_MOST = 30
"""After so many, a walk that ought to be over is called endless."""


@frozen
class Case:
    """One drift, and what becomes of it: `kept` in silence is for values that stay as they came, without a word."""

    name: str
    answer: Callable[[Asked], Reply]
    ours: str
    strict: str
    theirs: str


def always(reply: Reply) -> Callable[[Asked], Reply]:
    """The same answer whatever is asked."""
    return lambda _: reply


def of(**fields: Any) -> Callable[[Asked], Reply]:
    """A list of one batch with other fields."""
    return always(page({**kimi_batch(1), **fields}))


def lacking(name: str) -> Callable[[Asked], Reply]:
    """A list of one batch without a field."""
    return always(page({key: value for key, value in kimi_batch(1).items() if key != name}))


def raw(content: bytes, media_type: str | None = "application/json", status: int = 200) -> Callable[[Asked], Reply]:
    """An answer as it goes over the wire."""
    return always(Reply(status, content, media_type))


UNREADABLE = "raises UnreadableResponse"
REFUSED = "raises StatusError"
REFUSING_KEY = always(json_reply("Invalid token", 401))
TOLD = "kept, and told: "

TABLE = (
    Case("an unknown status", of(status="in_queue"), f"{TOLD}$.status", UNREADABLE, "kept in silence"),
    Case("a status in capitals", of(status="COMPLETED"), f"{TOLD}$.status", UNREADABLE, "kept in silence"),
    Case("a null status", of(status=None), f"{TOLD}$.status", UNREADABLE, "kept in silence"),
    Case("null counts", of(request_counts=None), f"{TOLD}$.request_counts", UNREADABLE, "kept in silence"),
    Case("counts as a list", of(request_counts=[]), f"{TOLD}$.request_counts", UNREADABLE, "kept in silence"),
    Case("empty counts", of(request_counts={}), f"{TOLD}$.request_counts.completed", UNREADABLE, "kept in silence"),
    Case("null metadata", of(metadata=None), "as documented", "as documented", "kept in silence"),
    Case("metadata of numbers", of(metadata={"a": 1}), f"{TOLD}$.metadata.a", UNREADABLE, "kept in silence"),
    Case("a time as text", of(created_at="1750000000"), f"{TOLD}$.created_at", UNREADABLE, "kept in silence"),
    Case("a file that is a number", of(output_file_id=7), f"{TOLD}$.output_file_id", UNREADABLE, "kept in silence"),
    Case("no counts", lacking("request_counts"), f"{TOLD}$.request_counts", UNREADABLE, "kept in silence"),
    Case("no window", lacking("completion_window"), f"{TOLD}$.completion_window", UNREADABLE, "kept in silence"),
    Case("no id", lacking("id"), f"{TOLD}$.id", UNREADABLE, "kept in silence"),
    Case("a field more", of(priority="low"), "as documented", "as documented", "kept in silence"),
    Case("an item that is null", always(page(None, kimi_batch(1))), f"{TOLD}$", UNREADABLE, "crashes: AttributeError"),
    Case("null for a list", always(page(data=None)), UNREADABLE, UNREADABLE, "lost in silence"),
    Case("no list", always(json_reply({"object": "list"})), UNREADABLE, UNREADABLE, "lost in silence"),
    Case("a JSON string", always(json_reply("Invalid token")), UNREADABLE, UNREADABLE, "crashes: AttributeError"),
    Case("a JSON list", always(json_reply([kimi_batch(1)])), UNREADABLE, UNREADABLE, "crashes: AttributeError"),
    Case("text as JSON", raw(b"Invalid token"), UNREADABLE, UNREADABLE, "crashes: JSONDecodeError"),
    Case("HTML", raw(b"<h1>Sign in</h1>", "text/html"), UNREADABLE, UNREADABLE, "crashes: AttributeError"),
    Case("nothing", raw(b""), UNREADABLE, UNREADABLE, "crashes: JSONDecodeError"),
    Case("204", raw(b"", None, 204), UNREADABLE, UNREADABLE, "crashes: AttributeError"),
    Case(
        "an error with 200",
        always(json_reply({"error": {"message": "no"}})),
        REFUSED,
        REFUSED,
        "lost in silence",
    ),
    Case("499", raw(b"closed", "text/plain", 499), REFUSED, REFUSED, "raises APIStatusError"),
    Case("521", raw(b"down", "text/html", 521), *2 * ["raises ServerFailed"], "raises InternalServerError"),
    Case("429", raw(b"", None, 429), *2 * ["raises RateLimited"], "raises RateLimitError"),
    Case("401 as a string", REFUSING_KEY, *2 * ["raises Unauthorized"], "raises AuthenticationError"),
    Case(
        "endless pages",
        always(page(kimi_batch(2), kimi_batch(1), has_more=True)),
        "as documented",
        UNREADABLE,
        "endless",
    ),
    Case(
        "endless pages without has_more",
        always(json_reply({"object": "list", "data": [kimi_batch(1)]})),
        "as documented",
        "as documented",
        "endless",
    ),
)


def read_by_ours(url: str, payloads: list[Any], *, strict: bool) -> str:
    """What our client makes of it."""
    with KIMI.sync(api_key=KEY, base_url=url, retries=0, strict=strict) as batches:
        try:
            found = list(batches.list())
        except KIMI.package.BatchError as error:
            return f"raises {type(error).__name__}"
    back = [None if batch.drift and batch.drift[0] == "$" else batch.to_dict() for batch in found]
    assert back == payloads, "something is lost or made up"
    told = [str(drift) for batch in found for drift in batch.drift]
    return f"{TOLD}{told[0]}" if told else "as documented"


def read_by_theirs(url: str) -> str:
    """What the SDK makes of it."""
    with openai.OpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0) as sdk:
        try:
            found = []
            for batch in sdk.batches.list():
                found.append(batch.id)
                if len(found) > REQUESTS_MOST:
                    return "endless"
        except openai.OpenAIError as error:
            return f"raises {type(error).__name__}"
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody was prepared for it
            return f"crashes: {type(error).__name__}"
    return "kept in silence" if found else "lost in silence"


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_drift_is_neither_a_crash_nor_lost(case: Case) -> None:
    """Each row of the table."""
    payload = _data(case.answer(Asked("GET", "/v1/batches", {}, {}, b"", 1)))
    with serving(case.answer) as url:
        ours = read_by_ours(url, payload, strict=False)
        strict = read_by_ours(url, payload, strict=True)
        theirs = read_by_theirs(url)

    assert evolve(case, ours=ours, strict=strict, theirs=theirs) == case


def _data(reply: Reply) -> list[Any]:
    """The items of a page, if it is one."""
    try:
        body: Mapping[str, Any] = orjson.loads(reply.raw)
        return list(body["data"])
    except (ValueError, LookupError, TypeError):
        return []
