"""What passes the gateway arrives as it was sent: every byte, every header in its order, nothing more."""

import gzip
import socket
from typing import BinaryIO

import httpx
import pytest

from conformance.proxy.address import Base
from tests.proxy.kit import KEY, answering, head_of, provider, proxied

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def close(connection: socket.socket) -> None:
    """End a connection at once, whoever else holds it."""
    connection.shutdown(socket.SHUT_RDWR)


def test_a_request_arrives_as_it_was_sent() -> None:
    """Order, case and doubles of headers, the target as it is spelled; the Host is the provider's."""
    asked: list[bytes] = []
    with provider(answering(OK, asked)) as url, proxied(url) as proxy:
        sent = ("X-b: 1", "aCCept: */*", f"Authorization: Bearer {KEY}", "x-B: 2", "Accept-Encoding: br")
        proxy.ask(proxy.head("GET", "/v1/files/a%2Fb?x=%20&y=+", *sent, "Connection: close"))
    host = url.split("/")[2]
    assert asked == ["\r\n".join(("GET /v1/files/a%2Fb?x=%20&y=+ HTTP/1.1", f"Host: {host}", *sent, "", "")).encode()]


def test_an_answer_arrives_as_it_was_sent() -> None:
    """Reason phrase, order, case and doubles of headers, and a body in an encoding that nobody here knows."""
    body = b"\x00\x01\xff" * 100
    head = (
        b"HTTP/1.1 299 Most Unusual\r\nsERVER: x\r\nSet-Cookie: a\r\nX-Y:   z\r\nset-cookie: b\r\n"
        b"Content-Encoding: unheard-of\r\nContent-Length: 300\r\n"
    )
    with provider(answering(head + b"\r\n" + body)) as url, proxied(url) as proxy:
        came = proxy.ask(proxy.head("GET", "/v1/batches", "Connection: close"))
    assert came == head.replace(b":   z", b": z") + b"Connection: close\r\n\r\n" + body


def test_gzip_stays_gzip_and_is_read_where_it_is_kept() -> None:
    """The client unpacks it, as without the gateway."""
    packed = gzip.compress(b'{"object": "list"}')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with provider(answering(head + packed)) as url, proxied(url) as proxy:
        with httpx.Client() as client, client.stream("GET", f"{proxy.url}/batches") as response:
            assert b"".join(response.iter_raw()) == packed
        (kept,) = proxy.kept.first()
    assert kept.answer is not None
    assert kept.answer.body == b'{"object": "list"}'


def test_chunks_and_trailers_pass_both_ways() -> None:
    """A body whose length nobody knows before its end."""
    came: list[bytes] = []

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        came.append(head_of(reading))
        while (line := reading.readline()) != b"\r\n":
            came.append(line)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"
        )

    with provider(talk) as url, proxied(url) as proxy:
        body = b'4\r\n{"a"\r\n3\r\n:1}\r\n0\r\nX-Check: 7\r\n\r\n'
        answer = proxy.ask(proxy.head("POST", "/v1/batches", "Transfer-Encoding: chunked", "Connection: close") + body)
        (kept,) = proxy.kept.first()
    sent = b"".join(came[1:])
    assert b"Transfer-Encoding: chunked" in came[0]
    assert b"X-Check: 7\r\n" in sent
    assert kept.request.body == b'{"a":1}'
    assert answer.endswith(b"0\r\nX-Sum: 5\r\n\r\n")
    assert kept.answer is not None
    assert kept.answer.body == b"abcde"


def test_what_comes_before_the_answer_passes() -> None:
    """The provider asks for the body with 100, and gives early hints with 103."""

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        assert b"Expect: 100-continue" in head_of(reading)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert reading.read(2) == b"{}"
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + OK)

    with provider(talk) as url, proxied(url) as proxy, proxy.connected() as connection:
        connection.sendall(proxy.head("POST", "/v1/batches", "Content-Length: 2", "Expect: 100-continue"))
        with connection.makefile("rb") as reading:
            assert head_of(reading).startswith(b"HTTP/1.1 100 ")
            connection.sendall(b"{}")
            assert head_of(reading) == b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
            assert head_of(reading).startswith(b"HTTP/1.1 200 OK")
            assert reading.read(2) == b"{}"


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"),
        ("DELETE", b"HTTP/1.1 204 No Content\r\nX-A: b\r\n"),
        ("GET", b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 1000\r\n'),
    ],
)
def test_answers_without_a_body_have_none(method: str, answer: bytes) -> None:
    """Whatever length they tell; the connection can be used again."""
    with provider(answering(answer + b"\r\n")) as url, proxied(url) as proxy, proxy.connected() as connection:
        with connection.makefile("rb") as reading:
            for _ in range(3):
                connection.sendall(proxy.head(method, "/v1/files/f"))
                assert head_of(reading) == answer + b"\r\n"
        assert [one.answer and one.answer.body for one in proxy.kept.first(3)] == [b""] * 3


def test_headers_of_one_connection_stay_on_it() -> None:
    """Also those that `Connection` names; what frames the body is no such header, whatever it names."""
    asked: list[bytes] = []
    answer = (
        b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nConnection: X-Mine\r\nX-Mine: 1\r\nContent-Length: 2\r\n\r\n{}"
    )
    with provider(answering(answer, asked)) as url, proxied(url) as proxy:
        own = ("Connection: close, X-Own, Host, Content-Length", "X-Own: 1", "Keep-Alive: 1", "Proxy-Connection: a")
        came = proxy.ask(proxy.head("GET", "/v1/batches", *own, "TE: trailers", "Upgrade: h2c", "X-Other: 2"))
    host = url.split("/")[2]
    assert asked == [f"GET /v1/batches HTTP/1.1\r\nHost: {host}\r\nX-Other: 2\r\n\r\n".encode()]
    assert came == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def test_a_redirect_is_an_answer() -> None:
    """Where it leads, the client decides."""
    asked: list[bytes] = []
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n"
    with provider(answering(answer, asked)) as url, proxied(url) as proxy:
        response = httpx.get(f"{proxy.url}/files/f/content")
    assert (response.status_code, response.headers["location"]) == (302, "http://elsewhere.invalid/")
    assert len(asked) == 1


@pytest.mark.parametrize("place", ["/results/1?a=%20", "../../../results/1?a=%20", "http://{host}/results/1?a=%20#x"])
def test_where_a_redirect_leads_on_the_same_server_is_asked_for_there(place: str) -> None:
    """Also outside of the base URL, as the client would without the gateway."""
    asked: list[bytes] = []

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        while head := head_of(reading):
            asked.append(head.split(b" ")[1])
            host = head.split(b"Host: ")[1].split(b"\r\n")[0].decode()
            location = f"Location: {place.format(host=host)}\r\n" if b"/files/" in head else ""
            status = "302 Found" if location else "200 OK"
            connection.sendall(f"HTTP/1.1 {status}\r\n{location}Content-Length: 0\r\n\r\n".encode())

    with provider(talk) as url, proxied(url) as proxy, httpx.Client() as client:
        assert client.get(f"{proxy.url}/files/f/content").status_code == 302
        assert client.get(f"http://127.0.0.1:{proxy.port}/results/1?a=%20").status_code == 200
        assert client.get(f"http://127.0.0.1:{proxy.port}/results/2").status_code == 200
    assert asked == [b"/v1/files/f/content", b"/results/1?a=%20", b"/v1/results/2"]


def test_an_old_client_and_an_old_provider_are_understood() -> None:
    """HTTP/1.0 ends a body by closing the connection, and knows no chunks."""

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        connection.sendall(b"HTTP/1.0 200 OK\r\nX-A: b\r\n\r\n[1]")

    with provider(talk) as url, proxied(url) as proxy:
        old = proxy.ask(proxy.head().replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert old == b"HTTP/1.1 200 OK\r\nX-A: b\r\nConnection: close\r\n\r\n[1]"
        assert httpx.get(f"{proxy.url}/batches").content == b"[1]"


def test_connections_are_used_again() -> None:
    """On both sides; one that the provider has closed meanwhile is replaced before anything is sent."""
    opened: list[int] = []

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        opened.append(0)
        for _ in range(2):
            if head_of(reading):
                opened[-1] += 1
                connection.sendall(OK)

    with provider(talk) as url, proxied(url) as proxy, httpx.Client() as client:
        for _ in range(5):
            assert client.get(f"{proxy.url}/batches").status_code == 200
        proxy.kept.first(5)
    assert sum(opened) == 5
    assert len(opened) == 3


def test_a_connection_that_ends_under_a_request_is_replaced_where_nothing_can_happen_twice() -> None:
    """A GET is sent once more; a POST is not: it may have been taken."""
    asked: list[bytes] = []

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        asked.append(head_of(reading))
        connection.sendall(OK)
        asked.append(head_of(reading))
        if len(asked) % 2 == 0:
            close(connection)

    with provider(talk) as url, proxied(url) as proxy, httpx.Client() as client:
        assert client.get(f"{proxy.url}/batches").status_code == 200
        assert client.get(f"{proxy.url}/batches").status_code == 200
        posted = client.post(f"{proxy.url}/batches", content=b"{}")
        failures = [one.failure for one in proxy.kept.first(3)]
    assert posted.status_code == 502
    assert failures == [None, None, "the answer is not HTTP, or breaks off"]


@pytest.mark.parametrize(
    ("base", "asked", "target"),
    [
        ("http://h/v1", "/v1/files", "/v1/files"),
        ("http://h/v1", "/files?limit=1", "/v1/files?limit=1"),
        ("http://h/v1", "/v1", "/v1"),
        ("http://h/v1", "/", "/v1/"),
        ("http://h/v1", "//files", "/v1//files"),
        ("http://h/v1", "/v10/files", "/v1/v10/files"),
        ("http://h/openai/v1", "/openai/v1/files", "/openai/v1/files"),
        ("http://h/openai/v1", "/v1/files", "/openai/v1/files"),
        ("http://h/openai/v1", "/files", "/openai/v1/files"),
        ("http://h/api/paas/v4", "/v4/files", "/api/paas/v4/files"),
        ("http://h/api/paas/v4", "/v1/files", "/api/paas/v4/files"),
        ("http://h/api/paas/v4", "/api/paas/v4/files/a%2Fb", "/api/paas/v4/files/a%2Fb"),
        ("http://h", "/v1/files", "/v1/files"),
        ("http://h/v1", "*", "*"),
    ],
)
def test_a_client_may_have_the_whole_base_or_the_end_of_it(base: str, asked: str, target: str) -> None:
    """As with the simulators: with `/v1` and without."""
    assert Base.of(base).target(asked.encode()) == target.encode()


def test_a_host_is_named_as_it_is_looked_up() -> None:
    """Ports that are usual are not told, addresses have their brackets, names their ASCII form."""
    assert Base.of("https://api.example.invalid/v1").authority == b"api.example.invalid"
    assert (Base.of("http://[::1]:80/v1").authority, Base.of("http://[::1]:8/v1").authority) == (b"[::1]", b"[::1]:8")
    assert Base.of("https://bücher.example/v1").origin == "https://xn--bcher-kva.example"
