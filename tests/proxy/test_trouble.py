"""Whoever misbehaves, the job gets what it would have got without the gateway, or is told whose fault it is."""

import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import BinaryIO

import httpx
import pytest

from tests.proxy.kit import WAIT, Proxied, answering, everything, head_of, provider, proxied
from tests.proxy.test_passing import OK


def told(response: httpx.Response) -> str:
    """What the gateway says for itself."""
    assert response.headers["content-type"] == "application/json"
    message = response.json()["error"]["message"]
    assert message.startswith("batch-conformance proxy: ")
    return str(message.removeprefix("batch-conformance proxy: "))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Host: evil.example"], 421),
        (["Host: 127.0.0.1"], 421),
        (["Host: 127.0.0.1:1"], 421),
        (["Host: localhost.evil.example:{port}"], 421),
        (["Host: 127.0.0.1:{port}", "Host: 127.0.0.1:{port}"], 400),
        ([], 400),
        (["Host: 127.0.0.1:{port}", "Origin: https://evil.example"], 403),
        (["Host: 127.0.0.1:{port}", "Origin: null"], 403),
        (["Host: 127.0.0.1:{port}", "Origin: http://localhost.evil.example"], 403),
        (["Host: 127.0.0.1:{port}", "Sec-Fetch-Site: cross-site"], 403),
        (["Host: 127.0.0.1:{port}"], 200),
        (["Host: localhost:{port}"], 200),
        (["Host: LOCALHOST:{port}", "Origin: http://localhost:3000", "Sec-Fetch-Site: cross-site"], 200),
    ],
)
def test_no_web_page_of_elsewhere_can_use_it(lines: list[str], status: int) -> None:
    """Neither under a name of its own that means this machine, nor under the gateway's."""
    asked: list[bytes] = []
    with provider(answering(OK, asked)) as url, proxied(url) as proxy:
        head = ["GET /v1/batches HTTP/1.1", *(line.format(port=proxy.port) for line in lines), "Connection: close"]
        came = proxy.ask("\r\n".join((*head, "", "")).encode())
    assert came.split(b" ")[1] == str(status).encode()
    assert len(asked) == (status == 200)


@pytest.mark.parametrize("target", ["http://evil.example/v1/batches", "evil.example:443"])
def test_it_is_no_forward_proxy(target: str) -> None:
    """What names another server is refused."""
    method = "GET" if "/" in target else "CONNECT"
    with provider(answering(OK)) as url, proxied(url) as proxy:
        came = proxy.ask(proxy.head(method, target, "Connection: close"))
    assert came.startswith(b"HTTP/1.1 400 ")
    assert b"takes the place of the base URL" in came


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: " + b"x" * 500_000 + b"\r\n\r\n"])
def test_what_is_no_http_is_refused(sent: bytes) -> None:
    """With a status, and the connection is closed."""
    with provider(answering(OK)) as url, proxied(url) as proxy:
        came = proxy.ask(sent)
    assert came.split(b" ")[1] in {b"400", b"431"}
    assert b"what was sent is not HTTP" in came


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (_closed_port(), "connection refused"),
        ("http://name.invalid/v1", "the host name is not known"),
    ],
    ids=["closed", "unknown"],
)
def test_a_provider_that_cannot_be_reached_is_told_as_the_proxys_own_answer(url: str, words: str) -> None:
    """502, in the form that SDKs read; what is kept says why."""
    with proxied(url) as proxy, httpx.Client() as client:
        responses = [client.post(f"{proxy.url}/batches", content=b"{}" * n) for n in (0, 1, 100_000)]
        kept = proxy.kept.first(3)
    assert [one.status_code for one in responses] == [502] * 3
    assert told(responses[0]).endswith(words)
    assert [one.failure for one in kept] == [words] * 3


def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    """What is no TLS at all, likewise."""
    plain = b"HTTP/1.1 400 no TLS here\r\n\r\n"
    with (
        provider(lambda _, connection: connection.sendall(plain)) as url,
        proxied(url.replace("http:", "https:")) as proxy,
    ):
        response = httpx.get(f"{proxy.url}/batches")
    assert told(response).endswith("TLS failed")


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"])
def test_an_answer_that_is_no_http_is_told(answer: bytes) -> None:
    """Nothing of it had reached the client."""

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        connection.sendall(answer)

    with provider(talk) as url, proxied(url) as proxy:
        response = httpx.get(f"{proxy.url}/batches")
        assert proxy.kept.first()[0].failure == "the answer is not HTTP, or breaks off"
    assert response.status_code == 502
    assert told(response).endswith("the answer is not HTTP, or breaks off")


@pytest.mark.parametrize("framing", [b"Content-Length: 10", b"Transfer-Encoding: chunked"])
def test_an_answer_that_breaks_off_breaks_off(framing: bytes) -> None:
    """The client sees it as it would without the gateway, and the rest of the answer too."""

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n" + b"3\r\n[1,\r\n")

    with provider(talk) as url, proxied(url) as proxy, httpx.Client() as client:
        with client.stream("GET", f"{proxy.url}/batches") as response:
            assert response.status_code == 200
            with pytest.raises(httpx.RemoteProtocolError):
                response.read()
        assert proxy.kept.first()[0].failure == "the answer is not HTTP, or breaks off"


@pytest.mark.parametrize("body", [b"", b'{"half'], ids=["asked", "asking"])
def test_a_client_that_goes_away_ends_the_request(body: bytes) -> None:
    """The provider sees it too, though nothing came of it yet."""
    asked, gone = threading.Event(), threading.Event()

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        reading.read(len(body))
        asked.set()
        everything(connection)
        gone.set()

    with provider(talk) as url, proxied(url) as proxy:
        with proxy.connected() as connection:
            connection.sendall(proxy.head("POST", "/v1/batches", f"Content-Length: {len(body) * 2}") + body)
            assert asked.wait(WAIT)
        assert gone.wait(WAIT)
        assert proxy.kept.first()[0].failure == "the answer was not read to its end"


def test_a_client_that_leaves_in_the_middle_of_an_answer_ends_it() -> None:
    """However much is still to come."""
    gone = threading.Event()

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x" * 100_000)
        except OSError:
            gone.set()

    with provider(talk) as url, proxied(url) as proxy:
        with proxy.connected() as connection:
            connection.sendall(proxy.head())
            connection.recv(1000)
        assert gone.wait(WAIT)
        assert proxy.kept.first()[0].failure == "the answer was not read to its end"


def test_what_comes_slowly_is_passed_on_as_it_comes() -> None:
    """The client has the first piece before the provider says the second."""
    read = threading.Event()

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
        assert read.wait(WAIT)
        connection.sendall(b"def")

    with provider(talk) as url, proxied(url) as proxy, httpx.stream("GET", f"{proxy.url}/files/f/content") as response:
        pieces = response.iter_raw()
        assert next(pieces) == b"abc"
        read.set()
        assert next(pieces) == b"def"


def test_what_is_sent_slowly_is_passed_on_as_it_comes() -> None:
    """The provider has the first piece of an upload before the second is sent."""
    read = threading.Event()

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        assert reading.read(3) == b"abc"
        read.set()
        assert reading.read(3) == b"def"
        connection.sendall(OK)

    with provider(talk) as url, proxied(url) as proxy, proxy.connected() as connection:
        connection.sendall(proxy.head("POST", "/v1/files", "Content-Length: 6", "Connection: close") + b"abc")
        assert read.wait(WAIT)
        connection.sendall(b"def")
        assert everything(connection).startswith(b"HTTP/1.1 200 OK")


def test_fifty_connections_at_once_do_not_wait_for_each_other() -> None:
    """Each is answered when all have asked."""
    everybody = threading.Barrier(50)

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head = head_of(reading)
        everybody.wait(WAIT)
        body = head.split(b" ")[1]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    def ask(proxy: Proxied, number: int) -> bytes:
        head = proxy.head("GET", f"/v1/files/{number}", "Connection: close")
        return proxy.ask(head).partition(b"\r\n\r\n")[2]

    with provider(talk) as url, proxied(url) as proxy, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: ask(proxy, number), range(50)))
        assert len(proxy.kept.first(50)) == 50
    assert answers == [f"/v1/files/{number}".encode() for number in range(50)]


def test_an_answer_before_the_end_of_an_upload_reaches_the_client() -> None:
    """A provider that refuses a file need not read all of it."""

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        connection.shutdown(socket.SHUT_WR)
        everything(connection)

    with provider(talk) as url, proxied(url) as proxy, proxy.connected() as connection:
        connection.sendall(proxy.head("POST", "/v1/files", "Content-Length: 5000000") + b"x" * 100_000)
        with connection.makefile("rb") as reading:
            assert head_of(reading).startswith(b"HTTP/1.1 413 Too Large")
            assert reading.read(2) == b"{}"
    assert proxy.kept.first()[0].failure is None


def test_requests_sent_together_are_answered_in_turn() -> None:
    """Pipelined, as HTTP/1.1 allows."""
    with provider(answering(OK)) as url, proxied(url) as proxy:
        came = proxy.ask(proxy.head() * 2 + proxy.head("GET", "/v1/files", "Connection: close"))
    assert came.count(b"HTTP/1.1 200 OK") == 3


SERVER = """
import http.server

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def test_a_provider_that_is_killed_is_told_and_the_job_goes_on() -> None:
    """In the gateway's own words, by 502."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        with proxied(url) as proxy, httpx.Client() as client:
            before = client.get(f"{proxy.url}/batches")
            process.kill()
            process.wait(WAIT)
            after = [client.get(f"{proxy.url}/batches"), client.post(f"{proxy.url}/batches", content=b"{}")]
    assert before.status_code == 200
    assert [one.status_code for one in after] == [502, 502]
    assert {told(one).partition(": ")[2] for one in after} == {"connection refused"}


CLIENT = """
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.sendall(sys.argv[2].replace("|", "\\r\\n").encode())
while True:
    connection.sendall(b"3e8\\r\\n" + b"x" * 1000 + b"\\r\\n")
"""


def test_a_client_that_is_killed_is_no_trouble_for_others() -> None:
    """In the middle of an upload without end; the provider sees the end, and others are answered."""
    came, gone = threading.Event(), threading.Event()

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        if b"Transfer-Encoding" not in head_of(reading):
            connection.sendall(OK)
            return
        with suppress(OSError):
            while reading.read(1000):
                came.set()
        gone.set()

    with provider(talk) as url, proxied(url) as proxy:
        head = proxy.head("POST", "/v1/files", "Transfer-Encoding: chunked").decode().replace("\r\n", "|")
        with subprocess.Popen([sys.executable, "-c", CLIENT, str(proxy.port), head]) as client:
            assert came.wait(WAIT)
            client.kill()
        assert gone.wait(WAIT)
        assert httpx.get(f"{proxy.url}/batches").status_code == 200
        failures = {one.request.method: one.failure for one in proxy.kept.first(2)}
    assert failures == {"POST": "the answer was not read to its end", "GET": None}
