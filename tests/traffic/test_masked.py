"""What reaches the disk is masked, and a masked recording gives the same drifts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from attrs import evolve

from conformance import contract
from conformance.exchange import Answer, Exchange, Request
from conformance.recording import Recording
from conformance.recording.har import parse
from conformance.recording.mask import Mask
from tests.judging import judged
from tests.traffic.recordings import checked, record, rows
from tests.wrong.faults import FAULTS, ONLY, Fault
from tests.wrong.lists import RIGHT

PRIVATE: Mapping[str, str] = {
    "key": "sk-3q9mVh2LrT7cXw8ZpB1nEuAy",
    "name": "Zhang Wei's nightly job",
    "mail": "wei.zhang@example.org",
    "phone": "+86 138 0013 8000",
    "address": "https://files.example.org/private/9f8e7d?signature=s3cr3t",
    "unicode": "张伟的批处理",
    "number": "13800138000",
}


def answer(payload: object, media_type: str = "application/json", status: int = 200) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, (("Content-Type", media_type), ("Set-Cookie", PRIVATE["key"])), orjson.dumps(payload))


def batch(**changes: Any) -> dict[str, Any]:
    """A batch as Kimi documents it, changed."""
    return RIGHT["kimi"].batch(7) | changes


def page(*batches: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A page of batches."""
    return {"object": "list", "data": list(batches), "has_more": False} | changes


def listed(payload: Any, query: str = "", **changes: Any) -> Exchange:
    """An exchange of a list, private through and through."""
    headers = (("Authorization", f"Bearer {PRIVATE['key']}"), ("X-Forwarded-For", PRIVATE["phone"]))
    url = f"https://{PRIVATE['name'].split()[0]}:pw@api.moonshot.cn/v1/batches{query}"
    made = payload if isinstance(payload, Answer) else answer(payload)
    return evolve(Exchange("list_batches", Request("GET", url, headers), made, 1.0, ("f", 1)), **changes)


EXCHANGES: Mapping[str, Exchange] = {
    "names and metadata": listed(page(batch(metadata={PRIVATE["name"]: PRIVATE["mail"], "note": PRIVATE["unicode"]}))),
    "undocumented fields": listed(page(batch(owner={"phone": int(PRIVATE["number"]), "mail": PRIVATE["mail"]}))),
    "an undocumented name": listed(page(batch(**{PRIVATE["mail"]: 1, "_extra": 2}))),
    "an unknown status": listed(page(batch(status="in_queue"), batch(status="Waiting for Wei"))),
    "a token that looks like a key": listed(page(batch(status=PRIVATE["key"]))),
    "a file id that is an address": listed(page(batch(output_file_id=PRIVATE["address"]))),
    "wrong types": listed(page(batch(request_counts=None, metadata={"n": 5}, created_at="2026-01-31T12:00:00Z"))),
    "empty strings": listed(page(batch(output_file_id="", completion_window=""))),
    "counts and times": listed(page(batch(request_counts={"completed": 9, "failed": 9, "total": 3}, completed_at=12))),
    "a cursor that is asked for": listed(page(batch()), "?after=batch_9&limit=20"),
    "a page that is too long": listed(page(batch(), batch(id="b")), "?limit=1"),
    "an invalid limit": listed(page(batch()), "?limit=abc"),
    "an odd limit": listed(page(batch()), "?limit=%2B5&limit=1e3&q=" + PRIVATE["number"]),
    "text": listed(Answer(200, (("content-type", "application/json"),), PRIVATE["name"].encode())),
    "markup": listed(Answer(200, (("content-type", "text/html"),), b"<p>" + PRIVATE["name"].encode())),
    "broken JSON": listed(
        Answer(200, (("content-type", "application/json"),), b'{"name": "' + PRIVATE["name"].encode())
    ),
    "no UTF-8": listed(Answer(200, (("content-type", "application/json"),), b"\xff\xfe" + PRIVATE["mail"].encode())),
    "nothing": listed(Answer(200, (("content-type", "application/json"),), b"")),
    "a bare string": listed(answer(PRIVATE["name"], status=401)),
    "an odd media type": listed(answer(page(), media_type=PRIVATE["name"])),
    "an error with 200": listed({"error": {"message": PRIVATE["name"], "type": "x"}}),
    "an envelope with 200": listed({"code": 20012, "message": PRIVATE["name"], "data": None}),
    "no key": listed(page(batch()), credentials="absent"),
    "a wrong key": listed(page(batch()), credentials="wrong"),
    "no answer": listed(page(), answer=None, failure="connection refused"),
    "a create": Exchange(
        "create_batch",
        Request(
            "POST",
            "https://api.moonshot.cn/v1/batches",
            (("Content-Type", "application/json"), ("Authorization", PRIVATE["key"])),
            orjson.dumps(
                {
                    "input_file_id": "file_1",
                    "endpoint": "/v1/chat/completions",
                    "completion_window": "36h",
                    "metadata": {"who": PRIVATE["name"], "x" * 70: "y" * 600},
                }
            ),
        ),
        answer(batch(completion_window="36h")),
        2.0,
        ("f", 2),
    ),
    "an upload": Exchange(
        "upload_file",
        Request(
            "POST",
            "https://api.moonshot.cn/v1/files",
            (("Content-Type", "multipart/form-data; boundary=abc"), ("Authorization", PRIVATE["key"])),
            b"--abc\r\n" + PRIVATE["name"].encode(),
        ),
        answer(
            {
                "id": "file_1",
                "object": "file",
                "bytes": 5,
                "created_at": 1,
                "filename": PRIVATE["name"],
                "purpose": "batch",
            }
        ),
        3.0,
        ("f", 3),
    ),
    "a batch by its id": Exchange(
        "retrieve_batch",
        Request(
            "GET",
            "https://api.moonshot.cn/v1/batches/" + PRIVATE["phone"].replace(" ", "%20"),
            (("Authorization", "x"),),
        ),
        answer(batch(id=PRIVATE["phone"])),
        4.0,
        ("f", 4),
    ),
}


@pytest.fixture(scope="module")
def mask() -> Mask:
    """With every contract."""
    return Mask.of()


def drifts(exchange: Exchange, name: str) -> list[tuple[Any, ...]]:
    """What a contract finds in one exchange."""
    return sorted(
        (drift.rule, drift.identity.pointer, str(drift.identity.value), drift.severity, drift.responses, drift.items)
        for drift in judged([exchange], contract.load(name), "recorded:x").drifts
    )


@pytest.mark.parametrize("provider", ["kimi", "openai", "siliconflow"])
@pytest.mark.parametrize("name", EXCHANGES)
def test_a_masked_exchange_gives_the_same_drifts(mask: Mask, name: str, provider: str) -> None:
    """Rule, place, value and count, for every contract."""
    assert drifts(mask.exchange(EXCHANGES[name]), provider) == drifts(EXCHANGES[name], provider)


@pytest.mark.parametrize("ending", [".ndjson", ".har"])
@pytest.mark.parametrize("name", EXCHANGES)
def test_nothing_private_reaches_the_disk(tmp_path: Path, mask: Mask, name: str, ending: str) -> None:
    """Neither as it is, nor encoded."""
    file = tmp_path / f"a{ending}"
    with Recording(file, mask) as recording:
        recording.write(EXCHANGES[name])
    text = file.read_text()
    for secret in PRIVATE.values():
        for spelled in (secret, secret.replace(" ", "%20"), orjson.dumps(secret).decode()[1:-1], secret.encode().hex()):
            if name != "an odd limit" or secret != PRIVATE["number"]:
                assert spelled not in text


def test_the_same_string_is_masked_alike_everywhere(mask: Mask) -> None:
    """An id in a path, a query and two bodies stays one id, and differs from others."""
    first = mask.exchange(listed(page(batch(id="b/1"), batch(id="b 2")), "?after=b%2F1"))
    second = mask.exchange(EXCHANGES["a batch by its id"])
    assert first.answer is not None
    ids = [item["id"] for item in orjson.loads(first.answer.body)["data"]]
    assert dict(first.request.query)["after"] == ids[0] == mask.names.long("b/1") != ids[1]
    assert httpx.URL(second.request.url).path.endswith(mask.names.long(PRIVATE["phone"]))


@pytest.mark.parametrize("name", EXCHANGES)
def test_masking_again_gives_the_same_drifts(mask: Mask, name: str) -> None:
    """Lengths are told as they were before."""
    once = mask.exchange(EXCHANGES[name])
    assert drifts(Mask.of().exchange(once), "kimi") == drifts(once, "kimi")


class Clear(Mask):
    """Hides nothing."""

    def exchange(self, exchange: Exchange) -> Exchange:
        """As it is."""
        return exchange


@pytest.mark.parametrize("fault", [*FAULTS, *ONLY["kimi"]], ids=lambda fault: fault.name)
def test_a_masked_recording_gives_the_report_of_one_in_clear(tmp_path: Path, mask: Mask, fault: Fault) -> None:
    """Over whole recordings, with ids that must be hidden, sequences included."""
    server = evolve(
        RIGHT["kimi"],
        batch=lambda number: RIGHT["kimi"].batch(number) | {"metadata": {PRIVATE["name"]: PRIVATE["mail"]}},
    )
    clear = record(Recording(tmp_path / "clear.ndjson", Clear(mask.contracts)), fault.change(server))
    masked = tmp_path / "masked.ndjson"
    with Recording(masked, mask) as recording:
        for line in clear.read_bytes().splitlines():
            one = parse(line)
            recording.write(
                Exchange(
                    "",
                    one.request,
                    one.answer,
                    one.started or 0.0,
                    credentials=one.credentials or "absent",
                    failure=one.failure,
                )
            )
    assert PRIVATE["name"] not in masked.read_text()
    assert rows(checked(masked)) == rows(checked(clear))
