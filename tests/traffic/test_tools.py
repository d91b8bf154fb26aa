"""What the tools themselves record of a simulator, on sockets, shows what a HAR of the same traffic shows."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx
import pytest
import requests
import vcr  # type: ignore[import-untyped]

from conformance.recording import RecordingTransport
from conformance.simulator import Simulator
from tests.simulator.kit import MODEL, PROVIDERS, TLS, jsonl, row
from tests.traffic.recordings import Rows, checked, rows

AGAINST = (*PROVIDERS, "openai")
"""A simulator drifts from the others' contracts, in many places."""
GETS = (
    "/batches",
    "/batches?limit=2",
    "/files?purpose=batch",
    "/batches/batch-exhibit-completed",
    "/batches/batch-exhibit-failed",
    "/files/file-exhibit-completed-output/content",
    "/batches/batch-nobody-made",
)
INPUT = jsonl([row("一", model="m"), row("two", model="m")])

Tool = Callable[[str, str, Path], Path]
"""Sends the requests to a base URL, with a key, and writes into a folder; returns the recording."""


def _live(client: httpx.Client) -> None:
    client.post("/files", data={"purpose": "batch"}, files={"file": ("requests.jsonl", INPUT)})
    for path in GETS:
        client.get(path)
    client.post("/batches/batch-exhibit-completed/cancel")


def har(base_url: str, key: str, folder: Path) -> Path:
    """Our own recording."""
    file = folder / "recorded.har"
    transport = RecordingTransport(file)
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, transport=transport) as client:
        _live(client)
    return file


def vcrpy_of_httpx(base_url: str, key: str, folder: Path) -> Path:
    """A YAML cassette; the key is shown."""
    file = folder / "httpx.yaml"
    with (
        vcr.use_cassette(str(file), record_mode="all"),
        httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, verify=TLS) as client,
    ):
        _live(client)
    return file


def vcrpy_as_json(base_url: str, key: str, folder: Path) -> Path:
    """A JSON cassette."""
    file = folder / "httpx.json"
    with (
        vcr.use_cassette(str(file), record_mode="all", serializer="json"),
        httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, verify=TLS) as client,
    ):
        _live(client)
    return file


def vcrpy_of_requests(base_url: str, key: str, folder: Path) -> Path:
    """Another client, its key filtered away, its bodies unpacked."""
    file = folder / "requests.yaml"
    with (
        vcr.use_cassette(
            str(file), record_mode="all", filter_headers=["authorization"], decode_compressed_response=True
        ),
        requests.Session() as client,
    ):
        client.trust_env = False
        client.headers["Authorization"] = f"Bearer {key}"
        client.post(f"{base_url}/files", data={"purpose": "batch"}, files={"file": ("requests.jsonl", INPUT)})
        for path in GETS:
            client.get(base_url + path)
        client.post(f"{base_url}/batches/batch-exhibit-completed/cancel")
    return file


_PYTEST = """
import httpx, pytest

@pytest.mark.vcr
def test_life():
    with httpx.Client(base_url={base_url!r}, headers={{"Authorization": "Bearer {key}"}}) as client:
        client.post("/files", data={{"purpose": "batch"}}, files={{"file": ("requests.jsonl", {content!r})}})
        for path in {gets!r}:
            client.get(path)
        client.post("/batches/batch-exhibit-completed/cancel")
"""


def pytest_recording(base_url: str, key: str, folder: Path) -> Path:
    """A test that is marked, in a pytest of its own."""
    (folder / "test_it.py").write_text(_PYTEST.format(base_url=base_url, key=key, content=INPUT, gets=GETS))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--record-mode=all", "test_it.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "cassettes" / "test_it" / "test_life.yaml"


_RUBY = r"""
require 'net/http'
require 'vcr'
require 'webmock'
VCR.configure do |config|
  config.cassette_library_dir = ARGV[2]
  config.hook_into :webmock
  config.filter_sensitive_data('<KEY>') { ARGV[1] }
  config.preserve_exact_body_bytes { |message| ARGV[3] == 'exact' && message.is_a?(VCR::Response) }
end
base = URI(ARGV[0])
def ask(base, request)
  request['Authorization'] = "Bearer #{ARGV[1]}"
  Net::HTTP.start(base.host, base.port) { |http| http.request(request) }
end
VCR.use_cassette('ruby', record: :all) do
  upload = Net::HTTP::Post.new(base.path + '/files')
  upload['Content-Type'] = 'multipart/form-data; boundary=b'
  upload.body = [
    "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n",
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"requests.jsonl\"\r\n\r\n",
    STDIN.binmode.read, "\r\n--b--\r\n"
  ].map(&:b).join
  ask(base, upload)
  ARGV[4..].each { |path| ask(base, Net::HTTP::Get.new(base.path + path)) }
  ask(base, Net::HTTP::Post.new(base.path + '/batches/batch-exhibit-completed/cancel'))
end
"""


@cache
def _without_ruby() -> str | None:
    """Why Ruby's VCR cannot be run; None if it can."""
    if not shutil.which("ruby"):
        return "there is no ruby; Debian has it, with ruby-vcr and ruby-webmock"
    done = subprocess.run(["ruby", "-e", "require 'vcr'; require 'webmock'"], capture_output=True, check=False)
    return None if done.returncode == 0 else "ruby has no vcr or no webmock; Debian has ruby-vcr and ruby-webmock"


def _ruby(base_url: str, key: str, folder: Path, exact: str) -> Path:
    if (reason := _without_ruby()) is not None:
        pytest.skip(reason)
    command = ["ruby", "-W0", "-e", _RUBY, base_url, key, str(folder), exact, *GETS]
    done = subprocess.run(command, input=INPUT, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return folder / "ruby.yml"


def ruby_vcr(base_url: str, key: str, folder: Path) -> Path:
    """Texts."""
    return _ruby(base_url, key, folder, "texts")


def ruby_vcr_exact(base_url: str, key: str, folder: Path) -> Path:
    """Answers as exact bytes."""
    return _ruby(base_url, key, folder, "exact")


def curl(base_url: str, key: str, folder: Path) -> Path:
    """What it prints with -v, both streams one after the other into one file."""
    if not shutil.which("curl"):
        pytest.skip("there is no curl")
    file, content = folder / "curl.txt", folder / "requests.jsonl"
    content.write_bytes(INPUT)
    common = ["curl", "-sv", "--noproxy", "*", "-H", f"Authorization: Bearer {key}"]
    asked = [
        [f"{base_url}/files", "-F", "purpose=batch", "-F", f"file=@{content}"],
        *([base_url + path] for path in GETS),
        ["-X", "POST", f"{base_url}/batches/batch-exhibit-completed/cancel"],
    ]
    with file.open("wb") as stream:
        for words in asked:
            subprocess.run([*common, *words], stdout=stream, stderr=subprocess.STDOUT, check=True, timeout=60)
    return file


def _recorded(provider: str, tool: Tool, folder: Path) -> tuple[Rows, int, tuple[str, ...]]:
    folder.mkdir()
    with Simulator(provider, speed=0, models=(MODEL[provider], "m")) as simulator:
        file = tool(simulator.base_url, simulator.key, folder)
    result = checked(file, against=AGAINST)
    assert simulator.key not in str(result.notes)
    return rows(result), sum(verdict.pair.responses for verdict in result.verdicts), result.notes


TOOLS = (vcrpy_of_httpx, vcrpy_as_json, vcrpy_of_requests, pytest_recording, ruby_vcr, ruby_vcr_exact, curl)


@pytest.fixture(scope="module", params=PROVIDERS)
def expected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Rows, int]:
    """A provider, and what a HAR of its simulator shows."""
    found, answers, notes = _recorded(request.param, har, tmp_path_factory.mktemp("expected") / "har")
    assert notes == ()
    return request.param, found, answers


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_a_tool_s_recording_shows_what_a_har_shows(tmp_path: Path, expected: tuple[str, Rows, int], tool: Tool) -> None:
    """The same rows, with the same counts, of every exchange; the note says no more than that times are missing."""
    provider, of_har, answers = expected
    found, seen, notes = _recorded(provider, tool, tmp_path / "tool")
    assert found == of_har != {}
    assert seen == answers
    assert all("does not say when it started" in note for note in notes)
