"""Answers that are too much: each a body, with its content encoding, that costs more than it seems to."""

import gzip
import struct
import zlib
from collections.abc import Callable, Mapping

import orjson
import zstandard

from tests.wrong.lists import kimi_batch
from tests.wrong.server import Reply

MEBIBYTE = 1 << 20


def _page(*items: object, **fields: object) -> bytes:
    return orjson.dumps({"object": "list", "data": items, "has_more": False, **fields})


def _coded(coding: str, body: bytes) -> Reply:
    return Reply(raw=body, headers=(("Content-Encoding", coding),))


def _zeros(packed: Callable[[bytes], bytes]) -> bytes:
    return packed(b" " * (256 * MEBIBYTE))


def _zstd_that_declares(size: int) -> bytes:
    """A frame that says how much it will be, and is it in blocks of one byte each."""
    block = struct.pack("<I", (0x20000 << 3) | 2)[:3] + b" "
    return b"\x28\xb5\x2f\xfd\xc0\x50" + struct.pack("<Q", size) + block * min(size // 0x20000, 200_000)


def _gzip_thrice() -> bytes:
    return gzip.compress(gzip.compress(gzip.compress(b" " * (1024 * MEBIBYTE // 4)) * 4))


def _drifted(number: int) -> dict[str, object]:
    return {"id": f"batch_{number}", "object": "batch", "status": f"s{number}", "request_counts": None, "x": number}


HUGE: Mapping[str, Callable[[], Reply]] = {
    "gzip in gzip in gzip": lambda: _coded("gzip, gzip, gzip", _gzip_thrice()),
    "eight encodings": lambda: _coded(", ".join(["gzip"] * 8), gzip.compress(b"{}")),
    "zstd that declares 1 GB": lambda: _coded("zstd", _zstd_that_declares(1 << 30)),
    "zstd that declares 1 TB": lambda: _coded("zstd", _zstd_that_declares(1 << 40)),
    "a zstd bomb": lambda: _coded("zstd", _zeros(zstandard.compress)),
    "a deflate bomb": lambda: _coded("deflate", _zeros(zlib.compress)),
    "brotli, which nobody asked for": lambda: _coded("br", b"\x5b\xff\xff\xff\x0f" * 100),
    "an encoding that lies": lambda: _coded("gzip", _page(kimi_batch(1))),
    "a gzip bomb in an error": lambda: Reply(400, _zeros(gzip.compress), headers=(("Content-Encoding", "gzip"),)),
    "a page of 20,000 clean items": lambda: Reply(raw=_page(*map(kimi_batch, range(20_000)))),
    "a page of 100,000 drifted items": lambda: Reply(raw=_page(*map(_drifted, range(100_000)))),
    "a page of 100,000 items without fields": lambda: Reply(raw=_page(*({} for _ in range(100_000)))),
    "an object of a million keys": lambda: Reply(raw=_page(**{f"k{n}": n for n in range(1_000_000)})),
    "metadata of a million keys": lambda: Reply(
        raw=_page({**kimi_batch(1), "metadata": {f"k{n}": n for n in range(1_000_000)}})
    ),
    "a million scalars": lambda: Reply(raw=_page(*range(1_000_000))),
    "8 million empty objects": lambda: Reply(raw=b'{"data":[' + b"{}," * 8_000_000 + b"{}]}"),
    "a text of 23 MB": lambda: Reply(raw=_page({**kimi_batch(1), "status": "x" * 23_000_000})),
    "an id of 23 MB": lambda: Reply(raw=_page({**kimi_batch(1), "id": "x" * 23_000_000})),
    "a key of 23 MB": lambda: Reply(raw=_page({**kimi_batch(1), "x" * 23_000_000: 1})),
    "lists in lists": lambda: Reply(raw=_page(*([[[]] * 100] * 3_000))),
    "23 MB of text": lambda: Reply(raw=b"text " * 4_600_000, media_type="text/plain"),
    "23 MB of line breaks": lambda: Reply(raw=b"\n" * 23_000_000),
    "an error of 23 MB": lambda: Reply(400, orjson.dumps({"error": {"message": "x" * 23_000_000}})),
}
"""What a list server says to everything, made when it is asked for."""
