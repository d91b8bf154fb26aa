"""What stands around the command in other people's hands: action, hooks, image, workflows, board."""

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import report
from scripts import board, release_check
from tests.conftest import Run

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TOKEN = "ghs-a-token-that-nobody-sees"


class GitHub(ThreadingHTTPServer):
    """As much of GitHub's API as the action asks; keeps comments and what was uploaded. `refuses` answers 403."""

    refuses = False

    def __init__(self) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Answers)
        self.comments: list[dict[str, Any]] = [{"id": 1, "body": "looks good"}]
        self.uploads: list[dict[str, Any]] = []


class _Answers(BaseHTTPRequestHandler):
    server: GitHub

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        assert self.headers["Authorization"] == f"Bearer {TOKEN}"
        status, body = (403, {}) if self.server.refuses else self._done(sent)
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _done(self, sent: Any) -> tuple[int, Any]:
        path = self.path.removeprefix("/repos/somebody/scratch/")
        comments = self.server.comments
        match self.command, path.partition("?")[0]:
            case "GET", "issues/7/comments":
                return 200, comments
            case "POST", "issues/7/comments":
                comments.append({"id": len(comments) + 1, **sent})
                return 201, comments[-1]
            case "PATCH", one if one.startswith("issues/comments/"):
                comments[int(one.rpartition("/")[2]) - 1] |= sent
                return 200, {}
            case "POST", "code-scanning/sarifs":
                self.server.uploads.append(sent)
                return 202, {}
        return 404, {}

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - http.server's names


@contextmanager
def github() -> Iterator[GitHub]:
    """GitHub, on loopback."""
    server = GitHub()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Job:
    """A job that uses the action in a scratch repository: what it printed, its outputs, its summary, its exit code."""

    def __init__(self, folder: Path, api: GitHub, **given: str) -> None:
        """Run its steps, in order, with the inputs that are given."""
        self.folder, self.printed, self.code = folder, "", 0
        self.inputs = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | given
        self.inputs["token"] = TOKEN
        self.outputs: dict[str, str] = {}
        self.summary = folder / "summary.md"
        event = folder / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7}}), encoding="utf-8")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")},
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_API_URL": f"http://127.0.0.1:{api.server_port}",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_REPOSITORY": "somebody/scratch",
            "GITHUB_SHA": "0" * 40,
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "MOONSHOT_API_KEY": "sk-live-nobody-sees-this",
            "RUNNER_TEMP": str(folder / "temp"),
        }
        (folder / "repository").mkdir(exist_ok=True)
        for step in ACTION["runs"]["steps"]:
            if "run" in step and not self.code and self._wanted(step.get("if", "true")):
                self._run(step)

    def _filled(self, text: str) -> str:
        """A text with its expressions put in, of the kinds that the action uses."""

        def value(match: re.Match[str]) -> str:
            kind, *path = match[1].strip().split(".")
            return self.inputs[path[0]] if kind == "inputs" else self.outputs.get(path[-1], "")

        return re.sub(r"\$\{\{(.*?)\}\}", value, text)

    def _wanted(self, condition: str) -> bool:
        return all(
            (self.inputs | {f"steps.hold.outputs.{k}": v for k, v in self.outputs.items()}).get(
                name.removeprefix("inputs.")
            )
            == wanted
            for name, wanted in re.findall(r"(\S+) == '(\w+)'", condition)
        )

    def _run(self, step: Mapping[str, Any]) -> None:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        own = {name: self._filled(value) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder / "repository",
            env={**self.environment, **own},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        self.code = done.returncode
        if (self.folder / "outputs").is_file():
            lines = (self.folder / "outputs").read_text(encoding="utf-8").splitlines()
            self.outputs = dict(line.split("=", 1) for line in lines)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder for a job in which the command is installed already, as the step would: this environment's."""
    program = tmp_path / "temp/batch-conformance/bin/batch-conformance"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path(sys.executable).with_name("batch-conformance"))
    return tmp_path


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps but for those that install."""
    kept = [step for step in ACTION["runs"]["steps"] if step.get("name") != "Install"]
    monkeypatch.setitem(ACTION["runs"], "steps", kept)


@pytest.mark.usefixtures("steps")
def test_the_action_tells_what_drifts(installed: Path) -> None:
    """In the log, the summary, code scanning and one comment, which the next job writes anew; it ends as that did."""
    arguments = "kimi siliconflow --no-known --fail-on breaking"
    with github() as api:
        first = Job(installed, api, command="compare", arguments=arguments, comment="true", sarif="true")
        second = Job(installed, api, command="compare", arguments="kimi kimi", comment="true", name="compare")

    assert (first.code, second.code) == (1, 0)
    assert "::error" in first.printed or "::warning" in first.printed or "::notice" in first.printed
    assert first.summary.read_text(encoding="utf-8").startswith("#")
    assert len(api.comments) == 2
    assert api.comments[1]["body"].startswith("<!-- batch-conformance: compare -->\n")
    assert len(api.uploads) == 1
    uploaded = json.loads(gzip.decompress(base64.b64decode(api.uploads[0]["sarif"])))
    assert uploaded["version"] == "2.1.0"
    assert api.uploads[0]["ref"] == "refs/pull/7/merge"
    shown = first.printed + second.printed + first.summary.read_text(encoding="utf-8") + json.dumps(api.comments)
    assert TOKEN not in shown
    assert "sk-live" not in shown


@pytest.mark.usefixtures("steps")
def test_what_github_does_not_allow_is_a_warning(installed: Path) -> None:
    """As in a pull request from a fork: the job still ends as the command did."""
    with github() as api:
        api.refuses = True
        job = Job(installed, api, command="compare", arguments="kimi kimi", comment="true", sarif="true")

    assert job.code == 0
    assert job.printed.count("::warning::") == 2
    assert "GitHub answered 403" in job.printed


@pytest.mark.usefixtures("steps")
@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"command": "serve"}, 2, "expected one of run, check, compare"),
        ({"command": "check", "arguments": "'"}, 2, "arguments: No closing quotation"),
        ({"command": "compare", "arguments": "kimi nobody", "comment": "true"}, 2, "nobody: no such contract"),
        ({"command": "compare", "arguments": "kimi $(touch evil)"}, 2, "unexpected extra argument"),
        ({"command": "compare", "arguments": "kimi siliconflow --no-known", "fail": "false"}, 0, ""),
    ],
)
def test_what_the_action_ends_with(given: dict[str, str], code: int, words: str, installed: Path) -> None:
    """Bad inputs are 2 and a line; nothing of them is run by a shell; `fail: false` reports only."""
    with github() as api:
        job = Job(installed, api, **given)

    assert job.code == code
    assert words in job.printed
    assert not (installed / "repository/evil").exists()


@pytest.mark.full
def test_the_action_installs_wheels(tmp_path: Path) -> None:
    """All of its steps, with wheels built from this checkout, where an index can be reached."""
    wheels = tmp_path / "wheels"
    for package in ("client", "generated/kimi_batch", "generated/siliconflow_batch", "."):
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", wheels, ROOT / package]
        subprocess.run(build, check=True, capture_output=True)
    with github() as api:
        job = Job(tmp_path, api, command="run", arguments="sim:kimi --against kimi", wheels=str(wheels))
    if "No matching distribution" in job.printed or "Could not find a version" in job.printed:
        pytest.skip("no index within reach")

    assert job.code == 0, job.printed
    assert job.outputs == {"exit-code": "0", "report": "true"}
    site = next((tmp_path / "temp/batch-conformance").glob("lib/python*/site-packages"))
    names = {path.name.partition("-")[0] for path in site.glob("*.dist-info")}
    assert not {"hatchling", "editables", "schemathesis", "mypy"} & names


def test_the_image_is_made_by_steps_that_are_tried() -> None:
    """It installs as the action does, runs as nobody, and gets no file that it does not need."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    last = lines[len(lines) - 1 - [line.split()[0] for line in reversed(lines)].index("FROM") :]

    assert "RUN sh /src/scripts/install_runtime.sh /opt/batch-conformance" in lines
    assert last[0] == "FROM python:${PYTHON}"
    assert [line.split()[0] for line in last] == ["FROM", "COPY", "RUN", "USER", "WORKDIR", "ENTRYPOINT", "CMD"]
    assert not last[3].endswith(("root", " 0"))
    allowed = [
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    ]
    assert all((ROOT / one).exists() for one in allowed)
    script = (ROOT / "scripts/install_runtime.sh").read_text(encoding="utf-8")
    used = re.findall(r'\$root"?/([A-Za-z.-]+)', script)
    assert set(used) <= set(allowed)


def steps_of(workflow: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every step, with its job."""
    for name, job in workflow["jobs"].items():
        yield from ((name, step) for step in job["steps"])


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_what_others_wrote_is_pinned(path: Path) -> None:
    """By commit, with the version beside it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\s*(?:- )?uses: (\S+)(.*)", line):
            assert match[1] == "./" or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[0-9.]+", f"{match[1]}{match[2]}"), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_hold_together(path: Path) -> None:
    """Permissions are named, jobs end, what they wait for is there, and so are outputs and targets that are used."""
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert "permissions" in workflow
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        needed = job.get("needs", [])
        assert {needed} if isinstance(needed, str) else set(needed) <= set(workflow["jobs"])
        ids = {step["id"] for step in job["steps"] if "id" in step}
        used = set(re.findall(r"steps\.(\w+)\.", json.dumps(job)))
        assert used <= ids
    for _, step in steps_of(workflow):
        assert ("run" in step) != ("uses" in step)
        assert "${{" not in step.get("run", "")
        for target in re.findall(r"\bmake ([a-z-]+)", step.get("run", "")):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_publishing_is_a_job_of_its_own_with_no_code_of_ours() -> None:
    """Only it may ask for an identity; it runs nothing that a test or a build could have changed."""
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    allowed = {name for name, job in release["jobs"].items() if "id-token" in job.get("permissions", {})}

    assert allowed == {"publish"}
    assert release["jobs"]["publish"]["environment"] == "release"
    assert all("run" not in step for step in release["jobs"]["publish"]["steps"])


HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


def hook(folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A hook as pre-commit runs it."""
    entry = HOOKS[name]["entry"].split()
    assert entry[0] == "python"
    return subprocess.run(
        [sys.executable, *entry[1:], *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_hook_for_input_files(tmp_path: Path) -> None:
    """Every file is looked at, and the worst decides."""
    line = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}
    good = {**line, "body": {"model": "kimi-k2-0905-preview", "messages": [{"role": "user", "content": "x"}]}}
    (tmp_path / "good.jsonl").write_text(json.dumps(good) + "\n", encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")

    assert hook(tmp_path, "batch-preflight", "--provider", "kimi", "good.jsonl").returncode == 0
    both = hook(tmp_path, "batch-preflight", "--provider", "kimi", "bad.jsonl", "good.jsonl")
    assert both.returncode == 1
    assert "custom-id-missing" in both.stdout
    assert "good.jsonl" in both.stdout


def test_the_hook_for_contracts(tmp_path: Path) -> None:
    """What is to be committed is held to what was; a new contract to itself; what is not added is no matter."""

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=tmp_path, check=True)

    contract = (ROOT / "specs/groq.yaml").read_text(encoding="utf-8")
    path = tmp_path / "api/contract.yaml"
    path.parent.mkdir()
    git("init", "--quiet")
    path.write_text(contract, encoding="utf-8")
    git("add", ".")
    new = hook(tmp_path, "batch-compare", "api/contract.yaml")
    git("commit", "--quiet", "--message", "one")
    path.write_text(contract.replace("type: integer", "type: string"), encoding="utf-8")
    not_added = hook(tmp_path, "batch-compare", "api/contract.yaml")
    git("add", ".")
    changed = hook(tmp_path, "batch-compare", "--no-known", "api/contract.yaml")
    path.write_text("openapi: [", encoding="utf-8")
    git("add", ".")
    broken = hook(tmp_path, "batch-compare", "api/contract.yaml")

    assert (new.returncode, not_added.returncode) == (0, 0), new.stdout + new.stderr
    assert changed.returncode == 1, changed.stdout + changed.stderr
    assert broken.returncode == 2


def test_a_release_is_held_to_its_tag(tmp_path: Path) -> None:
    """Missing wheels and another version are told."""
    (tmp_path / "stray.txt").write_text("", encoding="utf-8")
    lines = list(release_check.wrong(tmp_path, "v99.0.0"))

    assert any(line.startswith("the tag is v99.0.0, the version ") for line in lines)
    assert any("stray.txt" in line for line in lines)


@pytest.mark.full
def test_what_is_built_can_be_released(tmp_path: Path) -> None:
    """The wheels of this checkout."""
    for project in release_check.PROJECTS:
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, project]
        subprocess.run(build, check=True, capture_output=True)

    assert list(release_check.wrong(tmp_path, "")) == []


def test_the_board(batch_conformance: Run, tmp_path: Path) -> None:
    """An index that leads to every page, with outcomes, history and badges; nothing of it is markup of the report's."""
    done = batch_conformance(
        "run", "sim:groq", "--against", "groq", "--out", "reports", "--history", "reports/history.sqlite"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tree = report.read(tmp_path / "reports/drift.json")
    tree["pairs"][0]["contract"] = "<script>"  # type: ignore[index] - as nobody would write it
    made = board.pages(tree, tmp_path / "reports/history.sqlite")
    index = made["index.html"]

    assert board.main([str(tmp_path / "reports"), str(tmp_path / "site")]) == 0
    assert {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.*")} == {
        *made,
        "history.sqlite",
    }
    assert all(f'href="{path}"' in index for path in made if path != "index.html")
    assert "&lt;script&gt;" in index
    assert "<script>" not in index
    assert json.loads(made["badges/sim-groq.json"])["message"]
    assert "<table>" in made["matrix.html"]
