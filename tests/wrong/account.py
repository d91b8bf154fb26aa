"""A whole account as Kimi documents it, in memory: batches and files that can be listed, made, cancelled, deleted.

It conforms to the contract; a test changes one thing about it, and then looks at what is left in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson
from attrs import define, field

from tests.wrong.lists import KEY, kimi_batch, kimi_error
from tests.wrong.server import Asked, Reply, json_reply

Meddle = Callable[[Asked, Reply], Reply]
LINE = {
    "custom_id": "1",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "m-of-old", "messages": []},
}
_PATH = re.compile(r"/v1/(batches|files)(?:/([^/]*))?(?:/(cancel|content))?")


def _file(name: str, filename: str = "requests.jsonl") -> dict[str, Any]:
    common = {"object": "file", "bytes": 100, "created_at": 1_750_000_000, "purpose": "batch", "status": "ok"}
    return {"id": name, **common, "filename": filename}


def _text(lines: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


@define
class Account:
    """Answers as Kimi does, but for what `meddle` makes of an answer."""

    meddle: Meddle = lambda asked, reply: reply
    size: int = 3
    status: str = "validating"
    """Of a batch that was just created."""
    batches: dict[str, dict[str, Any]] = field(init=False)
    files: dict[str, dict[str, Any]] = field(init=False)
    contents: dict[str, bytes] = field(init=False)
    asked: list[Asked] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        """With a few batches that ended, and their files."""
        numbers = range(self.size, 0, -1)
        self.batches = {f"batch_{number}": kimi_batch(number) for number in numbers}
        self.files = {name: _file(name) for number in numbers for name in (f"file_{number}", f"file_out_{number}")}
        self.contents = {name: _text(self._lines(name)) for name in self.files}
        for name, content in self.contents.items():
            self.files[name]["bytes"] = len(content)

    def __call__(self, asked: Asked) -> Reply:
        """Answer a request."""
        self.asked.append(asked)
        return self.meddle(asked, self._answer(asked))

    @property
    def made(self) -> list[str]:
        """What was made in it and costs something or takes room: files that are there, batches that go on."""
        running = [name for name, batch in self.batches.items() if batch["status"] in {"validating", "in_progress"}]
        return [*running, *(name for name in self.files if name.startswith("file_made"))]

    def _answer(self, asked: Asked) -> Reply:
        found = _PATH.fullmatch(asked.path)
        if found is None:
            return kimi_error(404, "no such path")
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return kimi_error(401, "Invalid")
        kind, name, step = found.groups()
        if name is None:
            return self._list(kind, asked) if asked.method == "GET" else self._make(kind, asked)
        things = self.batches if kind == "batches" else self.files
        return self._one(asked, things, name, step) if name in things else kimi_error(404, "not found")

    def _one(self, asked: Asked, things: dict[str, dict[str, Any]], name: str, step: str | None) -> Reply:
        thing = things[name]
        if asked.method == "DELETE":
            del things[name]
            return json_reply({"id": name, "object": "file", "deleted": True})
        if step == "content":
            return Reply(200, self.contents[name], "text/plain")
        if step == "cancel":
            if thing["status"] not in {"validating", "in_progress"}:
                return kimi_error(400, "it has ended")
            thing |= {"status": "cancelling", "cancelling_at": 1_750_000_001}
        return json_reply(thing)

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        """What a file holds: the requests of a batch, or the answers that it counts."""
        batch = next(one for one in self.batches.values() if name in {one["input_file_id"], one["output_file_id"]})
        if name == batch["input_file_id"]:
            yield from (LINE | {"custom_id": str(number)} for number in range(batch["request_counts"]["total"]))
            return
        counts = batch["request_counts"]
        for number in range(counts["total"]):
            code = 200 if number < counts["completed"] else 400
            body = {"id": "c", "choices": []} if code == 200 else {"error": {"message": "no", "type": "invalid"}}
            answer = {"status_code": code, "request_id": f"r_{number}", "body": body}
            yield {"id": f"l_{number}", "custom_id": str(number), "response": answer, "error": None}

    def _list(self, kind: str, asked: Asked) -> Reply:
        if kind == "files":
            return json_reply({"object": "list", "data": list(self.files.values())})
        text = asked.value("limit")
        if text is not None and not (text.isdecimal() and int(text)):
            return kimi_error(400, "limit must be a positive integer")
        names, limit = list(self.batches), int(text or 20)
        after = asked.value("after")
        start = names.index(after) + 1 if after in names else 0 if after is None else len(names)
        data = [self.batches[name] for name in names[start : start + limit]]
        return json_reply({"object": "list", "data": data, "has_more": start + limit < len(names)})

    def _make(self, kind: str, asked: Asked) -> Reply:
        number = len(self.asked)
        if kind == "files":
            filename = re.search(rb'filename="([^"]*)"', asked.body)
            made = _file(f"file_made_{number}", filename[1].decode() if filename else "?")
            sent = re.search(rb'filename="[^"]*".*?\r\n\r\n(.*?)\r\n--', asked.body, re.DOTALL)
            self.contents[made["id"]] = sent[1] if sent else b""
            made["bytes"] = len(self.contents[made["id"]])
            self.files = {made["id"]: made, **self.files}
            return json_reply(made)
        wanted = orjson.loads(asked.body)
        fresh = {"in_progress_at": None, "finalizing_at": None, "completed_at": None, "output_file_id": None}
        done = {} if self.status == "completed" else fresh
        batch = kimi_batch(number) | {"input_file_id": wanted["input_file_id"], "status": self.status, **done}
        batch |= {"id": f"batch_made_{number}", "request_counts": {"completed": 0, "failed": 0, "total": 0}}
        self.batches = {batch["id"]: batch, **self.batches}
        return json_reply(batch)
