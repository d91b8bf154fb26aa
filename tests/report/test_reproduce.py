"""Every "reproduce" of a run of simulators is run by a shell against a fresh one, and shows the drift."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance import report
from conformance.drift import Breach, sighting
from conformance.exchange import Answer, Credentials, Exchange, Request
from conformance.multipart import BOUNDARY, FormPart, join
from conformance.providers import PROVIDERS
from conformance.recording.mask import Mask
from conformance.report.reproduce import reproduce
from conformance.simulator import Simulator
from conformance.suite import engine
from conformance.suite.session import RunOptions
from tests.conftest import Run

CURL = """#!/bin/sh
exec {curl} --silent --show-error --max-time 10 --write-out '%{{stderr}}%{{http_code}} %{{content_type}}\n' "$@"
"""
"""Says status and content type besides."""


def in_words(row: dict[str, Any]) -> tuple[Any, ...]:
    """What makes a drift this one, wherever it was seen."""
    return tuple(row[key] for key in ("contract", "operation", "status_code", "pointer", "rule", "value"))


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """A folder with a `curl`."""
    found = subprocess.run(["/bin/sh", "-c", "command -v curl"], capture_output=True, text=True, check=True).stdout
    tool = tmp_path / "bin" / "curl"
    tool.parent.mkdir()
    tool.write_text(CURL.format(curl=found.strip()))
    tool.chmod(0o755)
    return tool.parent


def run(lines: str, provider: str, folder: Path) -> tuple[int, str, bytes]:
    """Status, content type and body of what the last command got from a fresh simulator."""
    with Simulator(provider, key="sk-sim") as server:
        here = server.base_url.partition("//")[2].partition("/")[0]
        done = subprocess.run(
            ["/bin/sh", "-ec", lines.replace("127.0.0.1:8080", here)],
            capture_output=True,
            env={"PATH": f"{folder}:{os.environ['PATH']}"},
            check=False,
        )
    assert done.returncode == 0, (lines, done.stderr)
    status, _, kind = done.stderr.decode().strip().splitlines()[-1].partition(" ")
    head = re.match(rb"(?:HTTP/.*?\r\n\r\n)*", done.stdout, re.DOTALL)
    assert head is not None
    return int(status), kind, done.stdout[head.end() :]


def entry(row: dict[str, Any], got: tuple[int, str, bytes], exchange: Any) -> dict[str, Any]:
    """A HAR entry of the request of a row with another answer."""
    status, kind, body = got
    request = exchange.request
    headers = [{"name": name, "value": value} for name, value in request.headers]
    posted = {"mimeType": "", "text": request.body.decode()} if request.body else None
    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {"method": row["method"], "url": request.url, "headers": headers, "postData": posted},
        "response": {
            "status": status,
            "headers": [{"name": "content-type", "value": kind}] if kind else [],
            "content": {"mimeType": kind, "text": body.decode()},
        },
    }


@pytest.mark.parametrize(
    "provider",
    [name if one.client else pytest.param(name, marks=pytest.mark.full) for name, one in sorted(PROVIDERS.items())],
)
def test_every_reproduce_of_a_simulator_shows_its_drift(
    provider: str, shell: Path, batch_conformance: Run, tmp_path: Path
) -> None:
    """The answer to the last command is judged: the drift of the row is in it.

    It takes as long as a run does, and two dozen simulators.
    """
    names = ("kimi", "siliconflow", "openai")
    result = engine.run(RunOptions(endpoints=(f"sim:{provider}",), against=names, known=None))
    tree = report.build(result)
    drifts = {drift.identity.fingerprint: drift for drift in result.drifts}
    rows = [row for row in tree["drift"] if row["endpoint"]]
    got = {lines: run(lines, provider, shell) for lines in dict.fromkeys(row["reproduce"] for row in rows)}
    entries = [
        entry(row, got[row["reproduce"]], drifts[row["fingerprint"]].example)
        for row in {row["reproduce"]: row for row in rows}.values()
    ]
    har = tmp_path / "got.har"
    har.write_bytes(orjson.dumps({"log": {"entries": entries}}))
    out = tmp_path / "out"
    against = [word for name in names for word in ("--against", name)]
    done = batch_conformance("check", har, *against, "--no-known", "--out", out)
    assert done.returncode == 1, done.stderr
    shown = {in_words(row) for row in orjson.loads((out / "drift.json").read_bytes())["drift"]}
    assert [(in_words(row), row["reproduce"]) for row in rows if in_words(row) not in shown] == []


LAST_ARGUMENT = """#!/bin/sh
for one in "$@"; do last="$one"; done
if [ "$last" = @- ]; then cat; else printf %s "$last"; fi
"""
BATCH_ID, TENANT = "batch_68f1a2b3c4d5e6f7", "ouyangs-own"


def of(
    operation: str,
    method: str,
    url: str,
    *,
    endpoint: str = "recorded:api.moonshot.cn",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes | None = None,
    status: int = 200,
    rule: str = "response-property-undocumented",
    credentials: Credentials = "given",
    path: tuple[tuple[str, str], ...] = (),
) -> list[str]:
    """The lines for a drift whose earliest exchange is this."""
    exchange = Exchange(
        operation,
        Request(method, url, headers, body),
        Answer(status, (("content-type", "application/json"),), b'{"extra":1}'),
        origin=("traffic.har", 1234),
        credentials=credentials,
        path_parameters=path,
    )
    drift = sighting(Breach(rule, "/extra", "no such field", path=("extra",)), exchange, endpoint, "kimi", operation)
    lines = reproduce(drift, Mask.of(key=b"k" * 16, readable=True))
    assert lines is not None
    assert subprocess.run(["/bin/sh", "-n", "-c", lines], check=False).returncode == 0
    return lines.splitlines()


def test_an_id_is_a_variable_and_it_is_said_whence() -> None:
    """In paths, queries and bodies; file and byte of the first sighting come first."""
    assert of("retrieve_batch", "GET", f"https://api.moonshot.cn/v1/batches/{BATCH_ID}") == [
        "# traffic.har, byte 1234",
        "# $BATCH_ID: GET https://api.moonshot.cn/v1/batches .data[].id",
        'curl "https://api.moonshot.cn/v1/batches/$BATCH_ID" -H "Authorization: Bearer $MOONSHOT_API_KEY"',
    ]
    assert of("list_batches", "GET", f"https://api.moonshot.cn/v1/batches?after={BATCH_ID}&limit=2")[1:] == [
        "# $AFTER: GET https://api.moonshot.cn/v1/batches .data[].id",
        'curl "https://api.moonshot.cn/v1/batches?after=$AFTER&limit=2" -H "Authorization: Bearer $MOONSHOT_API_KEY"',
    ]
    body = orjson.dumps({"input_file_id": "file-68f1a2b3c4d5", "endpoint": "/v1/chat/completions"})
    json = (("content-type", "application/json"),)
    lines = of("create_batch", "POST", "https://api.moonshot.cn/v1/batches", headers=json, body=body)
    assert lines[1] == "# $INPUT_FILE_ID: GET https://api.moonshot.cn/v1/files .data[].id"
    assert """-d '{"input_file_id":"'"$INPUT_FILE_ID"'","endpoint":"/v1/chat/completions"}'""" in lines[-1]
    lines = of("file_content", "GET", "https://api.moonshot.cn/v1/files/file-68f1a2b3c4d5/content")
    assert lines[1] == "# $FILE_ID: GET https://api.moonshot.cn/v1/batches .data[].output_file_id"


def test_what_was_not_there_is_asked_for_as_something_that_is_not() -> None:
    """No list tells an id that leads to a 404."""
    [_, line] = of("retrieve_batch", "GET", f"https://api.moonshot.cn/v1/batches/{BATCH_ID}", status=404)
    assert "/v1/batches/no-such-id " in line


def test_what_is_hidden_is_a_variable_with_its_kind() -> None:
    """Foreign values and steps of a path, also behind a gateway; a live endpoint has no file."""
    url = f"https://gate.example/{TENANT}/v1/batches?limit=lots&{TENANT}={TENANT}"
    lines = of("list_batches", "GET", url, endpoint="live:kimi")
    assert lines[0].startswith("# $PATH_1: <string:11 ")
    assert lines[1].startswith("# $LIMIT: <string:4 ")
    assert lines[2].startswith("# $VALUE: <string:11 ")
    assert "/$PATH_1/v1/batches?limit=$LIMIT&" in lines[-1]
    assert TENANT not in "".join(lines)


@pytest.mark.parametrize(
    ("headers", "credentials", "url", "expected"),
    [
        ((("api-key", "x"),), "given", "https://api.moonshot.cn/v1", '-H "api-key: $MOONSHOT_API_KEY"'),
        ((("X-Api-Key", "x"),), "given", "https://gate.example/v1", '-H "X-Api-Key: $API_KEY"'),
        ((), "given", "https://gate.example/v1", '-H "Authorization: Bearer $API_KEY"'),
        ((), "wrong", "https://gate.example/v1", '-H "Authorization: Bearer sk-wrong-0000000000000000"'),
        ((), "absent", "https://gate.example/v1", ""),
    ],
    ids=["api-key", "x-api-key", "unknown", "wrong", "absent"],
)
def test_the_key_is_sent_as_it_was(headers, credentials, url, expected) -> None:
    """In its own header, as a variable; none where none was."""
    line = of("list_batches", "GET", f"{url}/batches", headers=headers, credentials=credentials)[-1]
    assert line == f"curl {url}/batches {expected}".strip()


@pytest.mark.parametrize(
    ("method", "operation", "rule", "expected"),
    [
        ("HEAD", "list_batches", "response-status-undocumented", "curl -I https"),
        ("DELETE", "delete_file", "response-property-undocumented", 'curl -X DELETE "https'),
        ("GET", "list_batches", "response-status-undocumented", "curl -i https"),
        ("POST", "list_batches", "response-property-undocumented", "curl -X POST https"),
    ],
    ids=["head", "delete", "the status matters", "no body"],
)
def test_the_method_is_the_same(method, operation, rule, expected) -> None:
    """What curl does by itself is not said; where status or headers are the matter, it shows them."""
    path = "files/file-68f1a2b3c4d5" if operation == "delete_file" else "batches"
    assert of(operation, method, f"https://api.moonshot.cn/v1/{path}", rule=rule)[-1].startswith(expected)


def test_a_form_is_sent_as_one() -> None:
    """Its fields that contracts know, and a file of the reader's own."""
    form = [
        FormPart("purpose", None, None, b"batch"),
        FormPart("note", None, None, TENANT.encode()),
        FormPart("file", "ouyang.jsonl", "application/jsonl", b"{}\n" * 9),
    ]
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    lines = of(
        "upload_file", "POST", "https://api.moonshot.cn/v1/files", headers=(("content-type", kind),), body=join(form)
    )
    assert lines[1] == "# requests.jsonl: 27 bytes"
    assert lines[-1].endswith("--form-string purpose=batch -F file=@requests.jsonl")
    assert "ouyang" not in "".join(lines)


@pytest.mark.parametrize(
    "body",
    [
        b'{"input_file_id":"it\'s $HOME `id` \\"x\\" !!"}',
        b"@/etc/passwd",
        b"\xff\x00 binary",
        b'{"a":"line\\u2028"}\n',
        '{"a": "\u202e\u00e9\'"}'.encode(),
        b"%s %d \\n",
    ],
    ids=["quotes", "at", "binary", "newline", "direction", "percent"],
)
def test_any_body_reaches_the_other_side_as_it_was(body: bytes, shell: Path) -> None:
    """Whatever it holds: the shell and curl change nothing of it. A simulator's requests are whole."""
    lines = of(
        "create_batch",
        "POST",
        "http://127.0.0.1:9/v1/batches",
        endpoint="sim:kimi",
        headers=(("content-type", "application/json"),),
        body=body,
        status=400,
    )
    (shell / "curl").write_text(
        '#!/bin/sh\nfor one in "$@"; do [ "$one" = @- ] && cat || last="$one"; done\nprintf %s "$last"\n'
    )
    got = subprocess.run(
        ["/bin/sh", "-c", "\n".join(lines)],
        capture_output=True,
        env={"PATH": f"{shell}:{os.environ['PATH']}"},
        check=True,
    ).stdout
    assert got == body or got == body + b"--data-binary"
