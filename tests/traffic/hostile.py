"""Entries as nobody means well: mutations of a recording, by structure and by bytes; the same for the same seed."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import orjson

Entry = dict[str, Any]

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    9 * 10**18,
    1e308,
    "",
    " ",
    "\x00",
    "\u2028",
    "℀",
    "\U0001f600" * 3,
    "x" * 3000,
    "<script>alert(1)</script>",
    [],
    {},
    [[]],
    {"": {}},
    [None],
    "2026-11-26T00:00:00+99:99",
    "0001-01-01T00:00:00+23:00",
    "9999-12-31T23:59:59-23:00",
    "base64",
    "gzip",
    "=?",
)
URLS = (
    "http://[",
    "http://exa℀mple/v1/batches",
    "http://x:99999999/v1/batches",
    "http://x:port/v1/batches",
    "http://x/v1/bat\x00ches",
    "https://x.example/v1/batches?filter[a]=1&limit=[2]&[=]",
    "https://x.example/v1/batches?limit=" + "9" * 5000,
    "https://x.example/v1/batches?%ff=%ff&after=%00",
    "https://x.example/v1/batches/%2e%2e/cancel",
    "https://[::1%25eth0]:1/v1/batches",
    "https://" + "a" * 3000 + ".example/v1/batches",
    "https://<script>/v1/batches",
    "https://user:pw@/v1/batches?limit=1",
    "://?#",
    "/v1/batches",
    "https://xn--/v1/batches",
)
DEPTHS = (20, 254, 256, 300, 520, 1000, 1023, 1025, 1100, 40_000)


def mutations(entries: list[Entry], count: int, seed: int) -> Iterator[bytes]:
    """So many entries, in recordings of one to twenty lines."""
    random = Random(seed)  # noqa: S311 - the same every time is what is wanted
    while count > 0:
        lines = min(count, random.choice((1, 20, 20, 20)))
        yield b"\n".join(_line(random, deepcopy(random.choice(entries))) for _ in range(lines))
        count -= lines


def _line(random: Random, entry: Entry) -> bytes:
    for _ in range(random.choice((1, 1, 2, 5))):
        random.choice((_anywhere, _anywhere, _left_out, _url, _in_body, _deep, _header))(random, entry)
    line = orjson.dumps(entry)
    return _bytes(random, line) if random.random() < 0.2 else line


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        yield node, key
        if isinstance(child, dict | list):
            yield from _places(child)


def _anywhere(random: Random, entry: Entry) -> None:
    holder, key = random.choice([*_places(entry)] or [(entry, "request")])
    holder[key] = deepcopy(random.choice(ODD))


def _left_out(random: Random, entry: Entry) -> None:
    holder, key = random.choice([*_places(entry)] or [({0: 0}, 0)])
    del holder[key]


def _url(random: Random, entry: Entry) -> None:
    if isinstance(entry.get("request"), dict):
        entry["request"]["url"] = random.choice(URLS)


def _header(random: Random, entry: Entry) -> None:
    for side in ("request", "response"):
        if isinstance(entry.get(side), dict):
            names = ("content-type", "Content-Encoding", "Authorization", "accept", "prefer", "\u2028", "")
            entry[side]["headers"] = [{"name": random.choice(names), "value": random.choice(ODD)} for _ in range(2)]


def _content(entry: Entry) -> Entry | None:
    response = entry.get("response")
    content = response.get("content") if isinstance(response, dict) else None
    return content if isinstance(content, dict) and isinstance(content.get("text"), str) else None


def _in_body(random: Random, entry: Entry) -> None:
    """The body with something else in one place."""
    content = _content(entry)
    if content and content["text"].count("[") + content["text"].count("{") > 100:
        return
    try:
        body = orjson.loads(content["text"]) if content else None
    except orjson.JSONDecodeError:
        return
    if content and isinstance(body, dict) and body:
        _anywhere(random, body)
        content["text"] = orjson.dumps(body).decode()


def _deep(random: Random, entry: Entry) -> None:
    """A body, or a part of one, that is nested deeper than anybody reads."""
    content, depth = _content(entry), random.choice(DEPTHS)
    start, end = random.choice((('{"a":', "}"), ("[", "]"), ('{"data":[', "]}")))
    nested = start * depth + "1" + end * depth
    if content:
        content["text"] = random.choice((nested, content["text"].replace("null", nested, 1), start * depth))


def _bytes(random: Random, line: bytes) -> bytes:
    at, length = random.randrange(len(line)), random.randint(0, 20)
    put = random.choice((b"", b"\x00", b"\xff", b'"', b"}", b"]", b"\r", b"\n", b"\\ud800", b"\xef\xbb\xbf", b"," * 50))
    return line[:at] + put + line[at + length :]
