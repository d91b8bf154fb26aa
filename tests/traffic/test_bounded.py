"""Whatever a recording holds, a check stays within 500 MB and its time grows with the size; what it took is printed."""

import gzip
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

import orjson
import pytest
import zstandard

MEMORY = 500.0
"""MB."""
SECONDS = 60.0
"""Of computing, for some hundred megabytes."""

BODY = '{"object":"list","data":[{"id":"b","status":"in_queue"}],"has_more":false}'

MEASURED = """
import re, resource, sys
from conformance.traffic import CheckOptions, check
from conformance import report
result = check(CheckOptions((sys.argv[1],), known=None))
for name in ("html", "sarif"):
    report.render(report.build(result), name)
used = resource.getrusage(resource.RUSAGE_SELF)
with open("/proc/self/status") as status:  # getrusage would tell the peak of the process that started this one
    peak = next(line for line in status if line.startswith("VmHWM:"))
print(int(peak.split()[1]) / 1000, used.ru_utime + used.ru_stime, result.exit_code)
"""


def entry(url: str, body: str = BODY) -> bytes:
    """One line."""
    headers = [{"name": "Content-Type", "value": "application/json"}]
    content = {"mimeType": "application/json", "text": body}
    return orjson.dumps(
        {
            "startedDateTime": "2026-11-26T12:00:00Z",
            "request": {"method": "GET", "url": url, "headers": [{"name": "Authorization", "value": "Bearer x"}]},
            "response": {"status": 200, "headers": headers, "content": content},
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def zstd_body(file: IO[bytes]) -> None:
    """A body of 1 GB, between two small ones."""
    with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as packed:
        before, after = entry("https://x.example/v1/batches", "@").split(b"@")
        packed.write(entry("https://x.example/v1/batches") + before)
        for _ in range(1000):
            packed.write(b"x" * 1_000_000)
        packed.write(after + entry("https://x.example/v1/batches"))


def gzip_bomb(file: IO[bytes]) -> None:
    """2 GB of nothing."""
    with gzip.GzipFile(fileobj=file, mode="wb") as packed:
        for _ in range(2000):
            packed.write(b"\x00" * 1_000_000)


def lines(make: Callable[[int], bytes], count: int) -> Callable[[IO[bytes]], None]:
    """So many lines."""
    return lambda file: file.writelines(map(make, range(count)))


def repeated(before: bytes, piece: bytes, count: int, after: bytes) -> Callable[[IO[bytes]], None]:
    """The same over and over."""

    def write(file: IO[bytes]) -> None:
        file.write(before)
        for _ in range(count // 1000):
            file.write(piece * 1000)
        file.write(after)

    return write


LIST = "https://x.example/v1/batches"
TIGHTER = {"unique long URLs": 150, "unique long queries": 250}
"""Where nothing of what is long is to be remembered."""
CASES: Mapping[str, tuple[Callable[[IO[bytes]], None], int]] = {
    "a body of 1 GB in zstd": (zstd_body, 1),
    "a gzip bomb": (gzip_bomb, 2),
    "unique long URLs": (lines(lambda i: entry(f"{LIST}/{i}{'x' * 50_000}", f'{{"id":"{i}{"y" * 50_000}"}}'), 3000), 1),
    "unique long queries": (lines(lambda i: entry(f"{LIST}?after={i}{'x' * 50_000}&q{i}={'y' * 50_000}"), 3000), 1),
    "3,000 hosts": (lines(lambda i: entry(f"https://h{i}.example/v1/batches"), 3000), 1),
    "8 million empty objects": (repeated(b'{"log":{"entries":[', b"{},", 8_000_000, b"{}]}}"), 2),
    "8 million empty objects in lines": (repeated(b"", b"{}\n", 8_000_000, b""), 2),
    "8 million empty objects in a body": (
        repeated(entry(LIST, "@").partition(b"@")[0] + b'{\\"data\\":[', b"{},", 8_000_000, b'{}]}"}}}\n'),
        2,
    ),
    "100 MB of line breaks": (repeated(entry(LIST), b"\n", 100_000_000, b""), 1),
    "an entry of 35 MB": (lines(lambda _: entry(LIST, f'{{"data":[{{"id":"{"x" * 35_000_000}"}}]}}'), 1), 1),
    "nesting without end": (repeated(b'{"log":{"entries":[{"request":', b'{"a":[', 8_000_000, b""), 2),
}


def measured(folder: Path, name: str) -> tuple[float, float, int]:
    """Peak memory in MB, seconds of computing, and the exit code, in a process of its own."""
    file = folder / "recording"
    with file.open("wb") as stream:
        CASES[name][0](stream)
    command = [sys.executable, "-c", MEASURED, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    memory, seconds, code = done.stdout.split()
    return float(memory), float(seconds), int(code)


@pytest.mark.full
@pytest.mark.parametrize("name", CASES)
def test_what_is_huge_is_bounded(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In memory and time."""
    memory, seconds, code = measured(tmp_path, name)
    with capsys.disabled():
        print(f"\n  check, {name}: {memory:.0f} MB, {seconds:.1f} s")  # noqa: T201 - the figures are wanted
    assert memory < TIGHTER.get(name, MEMORY)
    assert seconds < SECONDS
    assert code == CASES[name][1]


def test_the_time_of_a_long_entry_grows_with_its_size(tmp_path: Path) -> None:
    """In pieces of a megabyte as in one: every byte is looked at once."""
    from conformance.recording.scan import scan_document  # noqa: PLC0415 - what is measured

    def seconds(size: int) -> float:
        document = b'{"log":{"entries":[{"a":"' + b"x\\\\" * size + b'"}]}}'
        start = time.process_time()
        (found,) = scan_document(iter(_pieces(document)), 1 << 30)
        assert len(found.data) > size
        return time.process_time() - start

    assert seconds(8_000_000) < 12 * seconds(1_000_000) + 0.5
    assert tmp_path.exists()


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 1 << 18):
        yield content[start : start + (1 << 18)]
