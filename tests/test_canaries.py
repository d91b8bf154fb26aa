"""Nothing secret or personal in any output: canaries wherever a server, a recording or a user can put one."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conformance import contract, report
from conformance.exchange import Answer, Exchange, Request
from conformance.outcome import settle
from conformance.recording.entry import entry
from conformance.recording.mask import Mask
from tests.canaries import NUMBERS, ODD, TEXTS, everything, leaks
from tests.conftest import Run
from tests.judging import judged
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.server import Asked, Reply, json_reply, serving

FORMATS = "html,md,sarif,junit,ctrf,github,badge"
HEADERS = (
    ("Set-Cookie", f"session={TEXTS['key']}"),
    ("X-Request-Id", TEXTS["uuid"]),
    (f"X-{TEXTS['window']}", TEXTS["phone"]),
    ("Location", f"/ouyang?token={TEXTS['key']}"),
    ("Content-Language", TEXTS["mail"]),
)


def planted(reply: Reply, asked: Asked) -> Reply:
    """An answer with canaries in everything that may hold text, head and body."""
    kinds = ("application/json", f"application/json; charset=utf-8; owner={TEXTS['window']}", f"text/{KEY}")
    media = kinds[asked.number % 3]
    key = asked.headers.get("authorization", "")
    if reply.status != 200:
        body: Any = {"error": {"message": f"no {TEXTS['sentence']} {key}", "type": TEXTS["file"], "more": everything()}}
        return evolve(json_reply(body, reply.status), headers=HEADERS, media_type=media, reason="No Ms Ouyang")
    page: dict[str, Any] = orjson.loads(reply.raw)
    for number, batch in enumerate(page["data"]):
        batch |= {
            "id": [TEXTS["phone"], TEXTS["name"], TEXTS["file"], TEXTS["address"], f"batch-{KEY}"][number % 5],
            "status": ["exploded", KEY, TEXTS["name"], NUMBERS["phone"], "c2stdGVzdC1rZXk"][number % 5],
            "object": ["batch", TEXTS["phone"], "batch_job"][number % 3],
            "endpoint": TEXTS["path"],
            "completion_window": TEXTS["window"],
            "created_at": [TEXTS["birth date"], TEXTS["phone"], 1_750_000_000][number % 3],
            "metadata": everything(),
            "input_file_id": NUMBERS["identity"],
            "output_file_id": TEXTS["address"],
            "request_counts": TEXTS["sentence"],
            "owner": everything(),
            "errors": {"object": TEXTS["name"], "data": [{"code": TEXTS["phone"], "message": TEXTS["mail"]}]},
            f"x_{KEY}": TEXTS["mail"],
            TEXTS["phone"]: 1,
            TEXTS["name"]: NUMBERS["card"],
        }
    return evolve(
        reply,
        raw=orjson.dumps(page | {"who": everything()}),
        headers=HEADERS,
        media_type=media,
        reason="Fine, Ms Ouyang",
    )


def outputs(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder, its name included."""
    return {
        str(path): str(path.relative_to(folder)).encode() + path.read_bytes()
        for path in folder.rglob("*.*")
        if path.is_file()
    }


def assert_clean(**written: bytes) -> None:
    """No canary in any output."""
    assert {name: found for name, output in written.items() if (found := leaks(output))} == {}


@pytest.mark.parametrize(
    "provider", [next(iter(RIGHT)), *(pytest.param(one, marks=pytest.mark.full) for one in list(RIGHT)[1:])]
)
def test_no_canary_of_a_live_run_gets_out(batch_conformance: Run, tmp_path: Path, provider: str) -> None:
    """Neither on the terminal nor in a report, recording, overlay or history, while the drifts are all there."""
    variable = {"kimi": "MOONSHOT_API_KEY", "siliconflow": "SILICONFLOW_API_KEY"}[provider]
    with serving(evolve(RIGHT[provider], reply=planted)) as url:
        ran = batch_conformance(
            *("run", f"live:{provider}", "--url", url, "--write", "--no-known", "--rate", "1000/s", "--out", "out"),
            *("--history", "history.sqlite", "--record", "run.har"),
            **{variable: KEY},
        )
    done = [
        ran,
        batch_conformance("report", "out/drift.json", "--format", FORMATS),
        batch_conformance("mend", "out/drift.json", "--out", "mended"),
        batch_conformance("history", "history.sqlite"),
        batch_conformance("check", "run.har", "--out", "seen", "--lang", "zh"),
    ]
    assert ran.returncode == 1, ran.stderr
    assert all("Traceback" not in one.stderr for one in done)
    assert_clean(terminal="\n".join(one.stdout + one.stderr for one in done).encode(), **outputs(tmp_path))
    everywhere = b"".join(outputs(tmp_path).values())
    for told in (b"response-property-type-changed", b"exploded"):
        assert told in everywhere


def foreign() -> list[dict[str, Any]]:
    """Entries of a recording that others wrote, whole and broken ones."""
    body = everything()
    headers = [
        {"name": name, "value": value}
        for name, value in (
            ("Authorization", f"Bearer {KEY}"),
            ("Accept", f"application/json;owner={TEXTS['window']}, text/{TEXTS['window']}"),
            ("Prefer", f"wait=1; who={TEXTS['mail']}"),
            ("Content-Type", f"multipart/form-data; boundary={TEXTS['phone']}"),
            ("X-Ouyang", KEY),
            ("Cookie", KEY),
        )
    ]
    form = (
        f'--{TEXTS["phone"]}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{TEXTS["window"]}\r\n'
        f'--{TEXTS["phone"]}\r\nContent-Disposition: form-data; name="{TEXTS["name"]}"\r\n\r\n{TEXTS["phone"]}\r\n'
        f'--{TEXTS["phone"]}\r\nContent-Disposition: form-data; name="file"; filename="{TEXTS["file"]}"\r\n'
        f"Content-Type: text/{TEXTS['window']}\r\n\r\n{TEXTS['sentence']}\r\n--{TEXTS['phone']}--\r\n"
    )
    identifiers = [TEXTS[name] for name in ("phone", "name", "file", "mail", "key")]
    asked = [
        ("GET", f"/v1/batches?limit={TEXTS['window']}&order={TEXTS['window']}&after={TEXTS['phone']}&ouyang=1"),
        ("GET", f"/v1/batches?limit=-1&purpose={TEXTS['window']}#{TEXTS['mail']}"),
        *(("GET", f"/v1/batches/{quote(one, safe='')}") for one in identifiers),
        *(("GET", f"/v1/files/{quote(one, safe='')}/content") for one in identifiers[:2]),
        ("GET", f"/ouyang/Xiaowen-Ouyang/v1/batches?key={KEY}"),
        ("POST", "/v1/batches"),
        ("POST", "/v1/files"),
        ("GET", "/home/ouyang/Xiaowen-Ouyang/photos?xiaowen=ouyang"),
        ("OUYANG", "/v1/batches"),
        ("GET", f"/v1/{TEXTS['phone']}/{quote(TEXTS['name'])}"),
    ]
    closed = everything(ODD)
    page = {"object": "list", "data": [closed, {"id": TEXTS["phone"], "status": TEXTS["phone"], "metadata": body}]}
    answers: list[tuple[int, str | None, Any]] = [
        (200, "application/json", page),
        (200, f"text/{TEXTS['window']}", closed),
        (404, f"application/{KEY}+json", {"error": closed}),
        (401, "application/json", f"{TEXTS['sentence']} {KEY}"),
        (418, None, TEXTS["phone"]),
        (0, None, None),
    ]
    found = []
    for index, (method, path) in enumerate(asked):
        for status, media, answer in answers:
            found.append(
                {
                    "startedDateTime": "2026-11-26T12:00:00Z",
                    "comment": TEXTS["name"],
                    "_error": f"could not reach {TEXTS['name']}",
                    "serverIPAddress": TEXTS["phone"],
                    "request": {
                        "method": method,
                        "url": f"https://xiaowen:{KEY}@api.moonshot.cn{path}",
                        "headers": headers,
                        "cookies": [{"name": TEXTS["name"], "value": KEY}],
                        "postData": {
                            "mimeType": TEXTS["window"],
                            "text": form
                            if path == "/v1/files"
                            else orjson.dumps(body).decode()
                            if index % 2
                            else TEXTS["phone"],
                        },
                    },
                    "response": {
                        "status": status,
                        "statusText": TEXTS["sentence"],
                        "headers": [{"name": TEXTS["window"], "value": KEY}]
                        + ([{"name": "Content-Type", "value": media}] if media else []),
                        "redirectURL": TEXTS["address"],
                        "content": {"mimeType": media or TEXTS["window"], "text": orjson.dumps(answer).decode()},
                    },
                }
            )
    return found


def test_no_canary_of_a_recording_gets_out(batch_conformance: Run, tmp_path: Path) -> None:
    """Of one that others wrote: requests, answers, failures, and entries that are none."""
    entries = [orjson.dumps(one) for one in foreign()]
    broken = [entries[0][: len(entries[0]) // 2], orjson.dumps({"who": everything()}), TEXTS["sentence"].encode()]
    place = tmp_path / "seen"
    place.mkdir()
    (place / "a.ndjson").write_bytes(b"\n".join([*entries, *broken]))
    done = [
        batch_conformance("check", "seen/a.ndjson", "--no-known", "--out", "out", "--history", "h.sqlite", *against)
        for against in ((), ("--against", "siliconflow", "--against", "openai", "--lang", "zh"))
    ]
    done.append(batch_conformance("report", "out/drift.json", "--format", FORMATS))
    (place / "a.ndjson").unlink()
    assert [one.returncode for one in done] == [1, 1, 0], done[0].stderr
    assert_clean(terminal="\n".join(one.stdout + one.stderr for one in done).encode(), **outputs(tmp_path))


# Any place of any exchange ------------------------------------------------------------------------------------------

OPERATIONS = [
    (name, one) for name in ("kimi", "siliconflow", "openai") for one in contract.load(name).operations.values()
]
PARTS: list[Any] = [
    *ODD,
    *NUMBERS.values(),
    float(NUMBERS["card"]),
    None,
    True,
    0,
    1.5,
    "",
    "24h",
    "completed",
    "in_queue",
]
NAMES = [
    *ODD,
    "id",
    "data",
    "object",
    "status",
    "metadata",
    "error",
    "code",
    "message",
    "type",
]
NUMBERLESS = [*(one for one in ODD if one != TEXTS["birth time"]), None, True, 5, 1.5, {}, [TEXTS["name"]]]
"""For places at which a number, or by other contracts a time, is documented: it stays."""
TREES = st.recursive(
    st.sampled_from(PARTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@st.composite
def bodies(draw: st.DrawFn) -> Any:
    """A tree, or a page of a right server with canaries in some of its places."""
    if draw(st.booleans()):
        return draw(TREES)
    provider = draw(st.sampled_from(list(RIGHT)))
    batch = RIGHT[provider].batch(1)
    for name in draw(st.lists(st.sampled_from([*batch, "errors", "usage"]), max_size=4)):
        batch["metadata"] = everything()
        batch[name] = draw(
            st.sampled_from(NUMBERLESS) if isinstance(batch.get(name), int) or name.endswith("_at") else TREES
        )
    return draw(st.sampled_from([batch, {"object": "list", "data": [batch], "has_more": False}]))


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """One request with its answer."""
    text = st.sampled_from([*TEXTS.values(), "5", "-1", "24h"])
    _, operation = draw(st.sampled_from(OPERATIONS))
    path = operation.path
    parameters = {one.name: draw(text) for one in operation.parameters if one.where == "path"}
    for name, value in parameters.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    query = draw(
        st.lists(st.tuples(st.sampled_from(["limit", "after", "order", "purpose", *TEXTS.values()]), text), max_size=3)
    )
    url = f"https://api.moonshot.cn/v1{path}?" + "&".join(f"{quote(a, safe='')}={quote(b, safe='')}" for a, b in query)
    headers = (
        ("authorization", f"Bearer {KEY}"),
        ("content-type", draw(st.sampled_from(["application/json", TEXTS["window"]]))),
    )
    media = draw(
        st.sampled_from(["application/json", f"text/{TEXTS['window']}", f"application/x-{KEY}+json", "text/html"])
    )
    body = orjson.dumps(draw(bodies())) if operation.body else None
    raw = draw(st.sampled_from([b"", TEXTS["name"].encode(), b"\xff" + TEXTS["mail"].encode(), None]))
    answer = Answer(
        draw(st.sampled_from([200, 200, 200, 201, 400, 401, 404, 500])),
        (("content-type", media),),
        orjson.dumps(draw(bodies())) if raw is None or draw(st.booleans()) else raw,
    )
    return Exchange(
        operation.name,
        Request(operation.method, url, headers, body),
        answer,
        1.75e9,
        ("a.har", 1),
        draw(st.sampled_from(["given", "absent", "wrong"])),
        path_parameters=tuple(parameters.items()),
        secrets=(KEY,),
    )


HELD = settings(
    deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
MASK = Mask.of(key=b"0" * 32)
CONTRACTS = {name: contract.load(name) for name in ("kimi", "siliconflow", "openai")}


def reported(one: Exchange, endpoint: str = "recorded:a") -> dict[str, Any]:
    """The report of one exchange."""
    pairs = [judged([one], each, endpoint) for each in CONTRACTS.values()]
    settled = settle(
        pairs,
        [],
        CONTRACTS,
        known=(),
        day=date(2026, 11, 26),
        fail_on="warning",
        strict_known=False,
        started=0.0,
        finished=1.0,
        complete=True,
    )
    return report.build(settled)


def told(tree: dict[str, Any]) -> list[Any]:
    """What a report says of drift, apart from the examples."""
    return [
        {key: value for key, value in row.items() if key not in {"example", "reproduce", "seen"}}
        for row in tree["drift"]
    ]


def held(one: Exchange) -> None:
    """No canary gets out; and a masked recording of it gives the same rows, fingerprints and values included."""
    masked = MASK.exchange(one)
    tree = reported(one)
    written = orjson.dumps(entry(masked.request, masked.answer, 1.0, failure=masked.failure))
    shown = "\n".join(report.render(tree, name) for name in FORMATS.split(","))
    assert_clean(recording=written, tree=orjson.dumps(tree), shown=(shown + report.render_terminal(tree)).encode())
    assert told(reported(masked)) == told(tree)


@settings(HELD, max_examples=25)
@given(exchanges())
def test_no_canary_of_any_exchange_gets_out(one: Exchange) -> None:
    """Wherever it stands; and its masked recording is judged alike."""
    held(one)


@pytest.mark.full
@settings(HELD, max_examples=500)
@given(exchanges())
def test_no_canary_of_many_exchanges_gets_out(one: Exchange) -> None:
    """The same, more of it."""
    held(one)
