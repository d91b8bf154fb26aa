"""What the steps of `action.yml` do, with Python alone. A step is a word; what it needs stands in the environment.

`hold` runs the command, annotates, and writes the summary of the job; `sarif` uploads the findings to code scanning;
`comment` writes the report into the pull request, or anew where it is; `finish` ends as the command did. What cannot be
told to GitHub is a warning: whether anything drifts does not hang on it.
"""

import base64
import gzip
import json
import os
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

COMMANDS = ("run", "check", "compare")
SUMMARY, COMMENT = 900_000, 60_000
"""Characters, at most: GitHub takes a mebibyte and 65,536."""
_PAGES = 20
_CUT = "\n\n… cut here; the whole report is in the files of the job.\n"


def main(arguments: list[str]) -> int:
    """One step; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in STEPS:
        print(f"expected one of {', '.join(STEPS)}", file=sys.stderr)  # noqa: T201 - what it is for
        return 2
    return STEPS[arguments[0]]()


def hold() -> int:
    """Run the command; what it found is told by the steps after this one."""
    command, out = os.environ["COMMAND"], Path(os.environ["OUT"])
    if command not in COMMANDS:
        return _error(f"command: {command}: expected one of {', '.join(COMMANDS)}")
    try:
        words = shlex.split(os.environ["ARGUMENTS"], comments=True)
    except ValueError as error:
        return _error(f"arguments: {error}")
    program = Path(os.environ["RUNNER_TEMP"]) / "batch-conformance/bin/batch-conformance"
    code = subprocess.run([program, command, *words, "--out", out], check=False).returncode  # noqa: S603 - as asked
    report = out / "drift.json"
    there = report.is_file()
    if there:
        sys.stdout.flush()
        subprocess.run([program, "report", report, "--format", "github"], check=False)  # noqa: S603 - likewise
        _append("GITHUB_STEP_SUMMARY", _cut((out / "drift.md").read_text(encoding="utf-8"), SUMMARY))
    _append("GITHUB_OUTPUT", f"exit-code={code}\nreport={'true' if there else 'false'}\n")
    return 0


def sarif() -> int:
    """Upload the findings, so that they stand beside the lines of the contracts."""
    content = (Path(os.environ["OUT"]) / "drift.sarif").read_bytes()
    body = {
        "commit_sha": os.environ["GITHUB_SHA"],
        "ref": os.environ["GITHUB_REF"],
        "sarif": base64.b64encode(gzip.compress(content)).decode(),
        "tool_name": "batch-conformance",
    }
    return _told("uploading SARIF", lambda: _ask("POST", "code-scanning/sarifs", body))


def comment() -> int:
    """Write the report into the pull request: one comment for a name, which is written anew each time."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    number = event.get("pull_request", {}).get("number")
    if not isinstance(number, int):
        return 0
    mark = f"<!-- batch-conformance: {os.environ['NAME'] or os.environ['COMMAND']} -->"
    text = (Path(os.environ["OUT"]) / "drift.md").read_text(encoding="utf-8")
    body = {"body": f"{mark}\n{_cut(text, COMMENT)}"}

    def write() -> None:
        there = next((one["id"] for one in _comments(number) if str(one.get("body")).startswith(mark)), None)
        if there is None:
            _ask("POST", f"issues/{number}/comments", body)
        else:
            _ask("PATCH", f"issues/comments/{there}", body)

    return _told("writing the comment", write)


def finish() -> int:
    """End as the command did, or well where nothing is to fail."""
    code = int(os.environ["CODE"] or 2)
    return code if os.environ["FAIL"] == "true" else 0


STEPS: Mapping[str, Callable[[], int]] = {"hold": hold, "sarif": sarif, "comment": comment, "finish": finish}


def _comments(number: int) -> Iterator[Mapping[str, Any]]:
    for page in range(1, _PAGES + 1):
        found = _ask("GET", f"issues/{number}/comments?per_page=100&page={page}")
        yield from found
        if len(found) < 100:
            return


def _ask(method: str, path: str, body: object = None) -> Any:
    url = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['TOKEN']}",
        "Content-Type": "application/json",
    }
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - GitHub's, or a test's
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - likewise
        return json.loads(response.read() or b"null")


def _told(what: str, job: Callable[[], object]) -> int:
    """Do it; where GitHub does not let us, as in a pull request from a fork, say so and go on."""
    try:
        job()
    except urllib.error.HTTPError as error:
        _say(f"::warning::{what}: GitHub answered {error.code}; the job may lack a permission")
    except (OSError, ValueError) as error:
        _say(f"::warning::{what}: {type(error).__name__}")
    return 0


def _error(text: str) -> int:
    _say(f"::error::{text}")
    _append("GITHUB_OUTPUT", "exit-code=2\nreport=false\n")
    return 2


def _say(line: str) -> None:
    print(" ".join(line.split()), flush=True)  # noqa: T201 - what steps are for


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as stream:
        stream.write(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
