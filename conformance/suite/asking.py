"""What a contract calls for where something is made: the form of an upload, its one cheap line, the body of a batch."""

from typing import Any

import httpx
import orjson

from conformance.contract import Contract, Operation
from conformance.input_rules import InputRules, input_rules
from conformance.references import at, resolve
from conformance.sample import sample
from conformance.schema import PayloadSchema

CHAT = "/v1/chat/completions"
WINDOW = "24h"


def rules_of(contract: Contract) -> InputRules:
    """What the contract says of a batch's input."""
    return input_rules(contract.name, contract)


def endpoint(rules: InputRules) -> str:
    """The endpoint to ask for: chat completions, under the contract's own name for it."""
    return next((one for one in rules.endpoints if one.endswith("/chat/completions")), (*rules.endpoints, CHAT)[0])


def line(rules: InputRules, model: str) -> bytes:
    """A file of one cheap line."""
    body = {"model": model, "messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 1}
    return orjson.dumps({"custom_id": "probe-1", "method": "POST", "url": endpoint(rules), "body": body}) + b"\n"


def upload_form(operation: Operation, rules: InputRules, name: str, content: bytes) -> tuple[bytes, str]:
    """The body of an upload with every field that is required, and its content type."""
    known = {"purpose": rules.batch_purpose, "file_name": name, "filename": name, "name": name}
    fields = {"purpose": rules.batch_purpose}
    for field, place in _required(operation):
        if field != "file":
            fields[field] = known.get(field) or str(sample(place))
    form = httpx.Request("POST", "http://form", data=fields, files={"file": (name, content, "application/jsonl")})
    return form.read(), form.headers["content-type"]


def batch_body(operation: Operation, rules: InputRules, file: str) -> bytes:
    """The body that creates a batch over a file: what is required, and a window where there is one."""
    known: dict[str, Any] = {"input_file_id": file, "endpoint": endpoint(rules)}
    window = operation.body is None or operation.body.place(("completion_window",)).documented
    wanted = {**known, "completion_window": min(rules.windows or {WINDOW})} if window else known
    for field, place in _required(operation):
        wanted.setdefault(field, sample(place))
    return orjson.dumps(wanted)


def _required(operation: Operation) -> list[tuple[str, PayloadSchema]]:
    body = operation.body
    if body is None:
        return []
    location = resolve(body.document, body.location)
    node = at(body.document, location)
    return [
        (name, PayloadSchema(body.document, (*location, "properties", name)))
        for name in node.get("required", ())
        if name in node.get("properties", {})
    ]
