"""How requests are answered: an echo, a function, a text, a server elsewhere."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from conformance.simulator import Reply, Simulator
from tests.simulator.kit import DAY, client_of, create, download, jsonl, retrieve, row


def _results(reply: Reply | str | None, lines: list[Any]) -> dict[str, dict[str, Any]]:
    """Every line of output and error file, by custom_id."""
    with Simulator("kimi", speed=0, seeded=False, reply=reply) as sim, client_of(sim) as client:
        batch = create(client, jsonl(lines))
        sim.advance(DAY)
        batch = retrieve(client, batch)
        files = [batch[name] for name in ("output_file_id", "error_file_id") if batch[name]]
        return {line["custom_id"]: line for file in files for line in download(client, file)}


def _said(line: dict[str, Any]) -> str:
    return str(line["response"]["body"]["choices"][0]["message"]["content"])


def test_an_echo_by_default() -> None:
    """The assistant says what the last message said, its text parts if it has parts."""
    parts = [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "data:"}}]
    lines = [row("a"), row("b", messages=[{"role": "user", "content": parts}]), row("c", messages=[{"role": "tool"}])]

    results = _results(None, lines)

    assert {name: _said(line) for name, line in results.items()} == {"a": "Say a", "b": "see", "c": ""}
    assert results["a"]["response"]["body"]["model"] == "m"


def test_a_function_of_the_users() -> None:
    """It gets the line as written and gives the text, or the whole body."""

    def reply(line: Mapping[str, Any]) -> str | dict[str, Any]:
        return {"object": "mine"} if line["custom_id"] == "b" else line["custom_id"].upper()

    results = _results(reply, [row("a"), row("b")])

    assert _said(results["a"]) == "A"
    assert results["b"]["response"]["body"] == {"object": "mine"}


def test_a_function_that_raises_fails_only_its_line() -> None:
    """Any exception makes an error line that names it."""

    def reply(line: Mapping[str, Any]) -> str:
        return str(line["body"]["missing"]) if line["custom_id"] == "a" else "fine"

    results = _results(reply, [row("a"), row("b")])

    assert results["a"]["error"] == {"code": "server_error", "message": "KeyError: 'missing'"}
    assert _said(results["b"]) == "fine"


def test_a_text_with_places() -> None:
    """The places are filled from the line."""
    results = _results("{custom_id}: {content} ({model})", [row("a")])

    assert _said(results["a"]) == "a: Say a (m)"


@pytest.mark.parametrize("text", ["{nothing}", "{}", "{content"])
def test_a_text_with_an_unknown_place_is_refused_at_once(text: str) -> None:
    """A slip in the text is told when the simulator starts, not in every line."""
    with pytest.raises(ValueError, match="reply: "):
        Simulator("kimi", reply=text)


@contextmanager
def _upstream() -> Iterator[str]:
    """A server that answers two models and refuses the rest."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status = {"good": 200, "odd": 200}.get(asked["model"], 500)
            body = b"[]" if asked["model"] == "odd" else json.dumps({"path": self.path}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("model", "said"), [("good", None), ("odd", "answered 200, not"), ("bad", "answered 500, not")]
)
def test_a_server_elsewhere(model: str, said: str | None) -> None:
    """Bodies are sent on, answers come back in order, and what is none makes an error line."""
    with _upstream() as address:
        results = _results(address, [row(str(number), model=model) for number in range(20)])

    assert list(results) == [str(number) for number in range(20)]
    for line in results.values():
        if said is None:
            assert line["response"]["body"] == {"path": "/v1/chat/completions"}
        else:
            assert said in line["error"]["message"]


def test_a_server_that_is_not_there() -> None:
    """No connection makes error lines, not a broken batch."""
    results = _results("http://127.0.0.1:9/v1", [row("a")])

    assert "http://127.0.0.1:9/v1: " in results["a"]["error"]["message"]
