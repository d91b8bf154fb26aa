"""Files of results and of requests, small and made up; and the command over them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import Run
from tests.simulator.kit import jsonl, row

BODY = {
    "id": "c",
    "object": "chat.completion",
    "choices": [],
    "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
}


def good(name: Any, **fields: Any) -> dict[str, Any]:
    """A success, with other fields."""
    response = {"status_code": 200, "request_id": "q", "body": BODY}
    return {"id": f"b-{name}", "custom_id": name, "response": response, "error": None, **fields}


def bad(name: Any, status: int, kind: str = "rate_limit_reached_error") -> dict[str, Any]:
    """A request that was refused, inside a line."""
    body = {"error": {"message": "no", "type": kind}}
    return good(name, response={"status_code": status, "request_id": "q", "body": body})


def expired(name: Any) -> dict[str, Any]:
    """A request that the batch did not come to."""
    return good(name, response=None, error={"code": "batch_expired", "message": "too late"})


class Case:
    """A folder with the files of a batch, and the command over it."""

    def __init__(self, folder: Path, run: Run, provider: str) -> None:
        """Begin with nothing."""
        self.folder, self._run, self.provider = folder, run, provider

    def put(self, name: str, lines: Sequence[Any] | bytes) -> Path:
        """Write a file; bytes among lines stand as they are."""
        path = self.folder / name
        path.write_bytes(lines if isinstance(lines, bytes) else jsonl(lines))
        return path

    def sent(self, *names: str) -> None:
        """Write the input."""
        self.put("in.jsonl", [row(name) for name in names])

    def results(self, *words: str, given: str = "", **environment: str) -> Any:
        """Run the command; it is in order but for what is wrong with the files."""
        named = [*words] if words else ["out.jsonl"]
        source = [] if "--input" in named else ["--input", "in.jsonl"]
        told = ("results", *named, *source, "--provider", self.provider, "--out", "rep")
        return self._run(*told, given=given, **environment)

    def rows(self) -> list[tuple[str, str, str]]:
        """Rule, severity and pointer of every row of the report."""
        tree = json.loads((self.folder / "rep/drift.json").read_bytes())
        return sorted((one["rule"], one["severity"], one["pointer"]) for one in tree["drift"])

    def tree(self) -> Any:
        """The report."""
        return json.loads((self.folder / "rep/drift.json").read_bytes())

    def rows_of(self, done: Any) -> list[tuple[str, str, str]]:
        """The rows of a command that found no fault."""
        assert done.returncode == 0, done.stdout + done.stderr
        return self.rows()
