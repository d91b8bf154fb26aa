"""What a report says of clients is what they do: each is called here as a program calls it, with the recorded body."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import httpx
import httpx2
import kimi_batch
import openai
import orjson
import siliconflow_batch

from conformance import contract
from conformance.drift import Drift
from conformance.exchange import Answer
from conformance.impact import outcomes
from conformance.outcome import Result
from conformance.suite import engine
from conformance.suite.session import RunOptions

PAGE = b'{"object":"list","data":[],"has_more":false}'
OURS: Mapping[str, Callable[[Any], Any]] = {
    "list_batches": lambda face: list(islice(face.list(), 100)),
    "create_batch": lambda face: face.create("file"),
    "retrieve_batch": lambda face: face.retrieve("batch"),
    "cancel_batch": lambda face: face.cancel("batch"),
    "upload_file": lambda face: face.upload(b"{}"),
    "list_files": lambda face: face.files(),
    "retrieve_file": lambda face: face.file("file"),
    "delete_file": lambda face: face.delete_file("file"),
    "file_content": lambda face: list(face.results("https://files.invalid/file")),
}
SDK: Mapping[str, Callable[[openai.OpenAI], Any]] = {
    "list_batches": lambda client: client.batches.list(),
    "create_batch": lambda client: client.batches.create(
        completion_window="24h", endpoint="/v1/responses", input_file_id="file"
    ),
    "retrieve_batch": lambda client: client.batches.retrieve("batch"),
    "cancel_batch": lambda client: client.batches.cancel("batch"),
    "upload_file": lambda client: client.files.create(file=b"{}", purpose="batch"),
    "list_files": lambda client: client.files.list(),
    "retrieve_file": lambda client: client.files.retrieve("file"),
    "delete_file": lambda client: client.files.delete("file"),
    "file_content": lambda client: client.files.content("file").read(),
}
"""Programs, by operation."""
FACES = {"kimi_batch": kimi_batch.KimiBatches, "siliconflow_batch": siliconflow_batch.SiliconFlowBatches}
NOTHING = object()


def transport(library: Any, answer: Answer) -> Any:
    """Answers the first request with the recorded answer, and what a list asks for next with an empty page."""
    bodies = iter([answer.body])

    def respond(_: Any) -> Any:
        body = next(bodies, None)
        head = {"content-type": answer.media_type} if answer.media_type else {}
        if body is None:
            return library.Response(answer.status, json=orjson.loads(PAGE), headers={})
        return library.Response(answer.status, headers=head, content=body)

    return library.Client(transport=library.MockTransport(respond))


def call(client: str, operation: str, answer: Answer) -> Any:
    """What a program gets from a client, or the error that it gets."""
    try:
        if client == "openai":
            http = transport(httpx2, answer)
            return SDK[operation](openai.OpenAI(api_key="k", base_url="http://x/v1", max_retries=0, http_client=http))
        package, _, strict = client.partition(" ")
        http = transport(httpx, answer)
        face = FACES[package](api_key="k", base_url="http://x/v1", retries=0, strict=bool(strict), http_client=http)
        return OURS[operation](face)
    except Exception as error:  # noqa: BLE001 - what the program gets
        return error


def value_at(payload: Any, path: tuple[str | int, ...]) -> Any:
    """What a body holds at a place."""
    for step in path:
        try:
            payload = payload[step]
        except (LookupError, TypeError):
            return NOTHING
    return payload


def attribute(found: Any, path: tuple[str | int, ...]) -> Any:
    """What a program finds when it writes the place as attributes: `batch.request_counts.total`, `page.data[3].id`."""
    for step in path:
        if found is None:
            return None
        if isinstance(step, int):
            found = found[step]
        elif isinstance(found, dict):
            found = found.get(step, NOTHING)
        else:
            found = getattr(found, step, getattr(found, f"{step}_", NOTHING))  # `object` is a word of Python
        if found is NOTHING:
            return NOTHING
    return found


def aside(found: Any, path: tuple[str | int, ...]) -> Any:
    """What is kept of a field that a client has no attribute for."""
    holder = attribute(found, path[:-1])
    for name in ("additional_properties", "model_extra"):
        if path and path[-1] in (getattr(holder, name, None) or {}):
            return getattr(holder, name)[path[-1]]
    return NOTHING


def rows(result: Result) -> Iterator[Drift]:
    """The drifts that speak of what was answered."""
    for drift in result.drifts:
        if drift.identity.endpoint and drift.rule.startswith(("response-", "success-", "invariant-")):
            yield drift


def test_every_row_tells_what_each_client_does() -> None:
    """For each row of both simulators against all contracts, by calling the clients through their public face.

    It takes as long as a run of two simulators does.
    """
    result = engine.run(RunOptions(endpoints=("sim:kimi", "sim:siliconflow"), against=contract.names(), known=None))
    wrong = []
    told = set()
    for drift in rows(result):
        operation = drift.identity.operation or ""
        answer = drift.example.answer if drift.example else None
        assert answer is not None
        expected = {"openai"} if drift.severity != "info" else set()
        if drift.identity.contract in {"kimi", "siliconflow"}:
            package = f"{drift.identity.contract}_batch"
            expected |= {package, f"{package} (strict)"} if package_has(package, operation) else set()
        assert set(drift.impact) >= expected, drift.identity
        for client, words in drift.impact.items():
            told.add(words)
            if not holds(words, call(client, operation, answer), drift, answer):
                wrong.append((client, words, drift.identity))
    assert wrong == []
    assert {outcomes.NONE, outcomes.NONE_TOLD, outcomes.OPEN, outcomes.INSIDE} <= told


def package_has(package: str, operation: str) -> bool:
    """Whether a client has the operation."""
    module = {"kimi_batch": kimi_batch, "siliconflow_batch": siliconflow_batch}[package]
    return operation in module._provider.PROVIDER.operations  # noqa: SLF001 - the record


def holds(words: str, got: Any, drift: Drift, answer: Answer) -> bool:
    """Whether what a program got is what the words say."""
    if isinstance(got, Exception) or words.startswith("raises "):
        return words.removeprefix("raises ").partition(",")[0] == type(got).__name__
    payload, path = orjson.loads(answer.body), drift.path or ()
    if isinstance(got, list | tuple):
        if path[:1] != ("data",):
            return words == outcomes.UNUSED
        if words == outcomes.ALL_THE_SAME:
            items = payload["data"] if isinstance(payload["data"], list) else payload["data"]["data"]
            return [one.id for one in got] == [one["id"] for one in items]
        index, *rest = path[2:] if path[1:2] == ("data",) else path[1:]
        return matches(words, got[int(index)], tuple(rest), payload, path)
    if isinstance(got, siliconflow_batch.models.UploadedFile) and path[:1] == ("data",):
        return matches(words, got, path[1:], payload, path)
    return matches(words, got, path, payload, path)


def matches(words: str, holder: Any, rest: tuple[str | int, ...], payload: Any, path: tuple[str | int, ...]) -> bool:
    """Whether what an object of a client has at a place is what the words say."""
    found, sent = attribute(holder, rest), value_at(payload, path)
    named = "$" + "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in rest)
    is_told = named in getattr(holder, "drift", ())
    meaning: dict[str, Callable[[], Any]] = {
        outcomes.NONE: lambda: found is None and not is_told,
        outcomes.AS_IT_CAME: lambda: found is None and sent is None,
        outcomes.NONE_TOLD: lambda: found is None and is_told,
        outcomes.OPEN: lambda: found == sent and not found.is_known and is_told,
        outcomes.RAW_TOLD: lambda: found == sent and is_told,
        outcomes.ASIDE: lambda: aside(holder, rest) == sent,
        outcomes.INSIDE: lambda: (
            holder.id == payload["data"]["id"] if rest == ("data",) else found == payload["data"][rest[-1]]
        ),
        outcomes.UNUSED: lambda: found is NOTHING,
    }
    if words in meaning:
        return bool(meaning[words]())
    kind, _, name = words.rpartition(" ")
    is_same = kind != "plain" or found == sent or (name == "list" and len(found) == len(sent))
    return kind in {"plain", "taken as"} and type(found).__name__ == name and is_same
