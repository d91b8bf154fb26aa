"""What a run needs again is kept whole, for this user alone, and only as long as the run lasts."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.exchange import Answer, Exchange, Request
from conformance.recording import source
from conformance.recording.har import Recorded, parse
from conformance.recording.opening import SourceError
from conformance.recording.spool import Spool

URL = "https://api.example.invalid/v1/batches"
KEY = "sk-live-0123456789"


def exchange(body: bytes = b"{}", **more: object) -> Exchange:
    """A list that was asked for with a key."""
    request = Request("GET", URL, (("Authorization", f"Bearer {KEY}"), ("Cookie", "a=b")), None)
    answer = Answer(200, (("Content-Type", "application/json"), ("Set-Cookie", "a=b")), body)
    return Exchange(**{"operation": "list_batches", "request": request, "answer": answer, "started": 1.5, **more})


def read(path: str) -> Iterator[tuple[int, Recorded]]:
    """What a spool holds, with its offsets, as `check` reads it."""
    for block in source.blocks(path):
        assert isinstance(block, source.Block)
        for raw in source.entries(block):
            yield raw.offset, parse(raw.data)


def test_an_exchange_comes_back_whole() -> None:
    """Bodies of any bytes, the credential, the moment and why no answer came; each at the offset that was told."""
    answers = [b'{"id": "file-1"}', b"\xff\x00 not text", b'{"text": "\xe6\xbc\xa2\\u0000"}', b""]
    with Spool() as spool:
        offsets = [spool.write(exchange(body)) for body in answers]
        offsets.append(spool.write(exchange(answer=None, failure="connection refused", secrets=("other-key-0123",))))
        found = dict(read(spool.path))
    assert list(found) == offsets
    assert [one.answer and one.answer.body for one in found.values()] == [*answers, None]
    first, *_, last = found.values()
    assert (first.request.url, first.started, first.credentials, first.secrets) == (URL, 1.5, "given", (KEY,))
    assert (last.failure, last.secrets) == ("connection refused", (KEY, "other-key-0123"))


def test_headers_that_nobody_reads_are_not_kept() -> None:
    """A cookie says nothing of drift."""
    with Spool() as spool:
        spool.write(exchange())
        content = Path(spool.path).read_text()
    assert "Cookie" not in content
    assert "a=b" not in content


def test_it_can_be_read_while_it_grows() -> None:
    """Readers and the writer do not disturb each other."""
    with Spool() as spool:
        for number in range(1, 4):
            spool.write(exchange())
            assert len(list(read(spool.path))) == number


def test_threads_share_it() -> None:
    """No line is torn."""
    with Spool() as spool:
        threads = [
            threading.Thread(target=lambda: [spool.write(exchange(b"[" + b" " * 5000 + b"]")) for _ in range(20)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list(read(spool.path))) == 80


@pytest.mark.parametrize("named", [False, True])
def test_nobody_else_can_read_it_and_nothing_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, named: bool
) -> None:
    """Also where the system has no files without a name."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if named:
        monkeypatch.setattr("conformance.recording.spool._DESCRIPTORS", tmp_path / "missing")
    with Spool() as spool:
        spool.write(exchange())
        assert stat.S_IMODE(Path(spool.path).stat().st_mode) == 0o600
        assert len(list(read(spool.path))) == 1
        assert bool(list(tmp_path.iterdir())) == named
    assert list(tmp_path.iterdir()) == []


def test_another_process_can_read_it() -> None:
    """As `--jobs` does."""
    with Spool() as spool:
        spool.write(exchange())
        program = "import sys; print(len(open(sys.argv[1]).readlines()))"
        done = subprocess.run(
            [sys.executable, "-c", program, spool.path], capture_output=True, text=True, check=True, timeout=60
        )
    assert done.stdout == "1\n"


KILLED = """
import os, signal, sys
from tests.traffic.test_spool import exchange
from conformance.recording.spool import Spool
spool = Spool()
spool.write(exchange())
os.kill(os.getpid(), int(sys.argv[1]))
"""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="files without a name")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_of_a_process_that_is_killed(tmp_path: Path, number: int) -> None:
    """However it ends."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(int(number))],
        check=False,
        timeout=60,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == -number
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_when_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes is not disturbed, and what was whole stays."""
    spool = Spool()
    spool.write(exchange())

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    assert spool.write(exchange()) is None
    monkeypatch.undo()
    assert len(list(read(spool.path))) == 1
    assert spool.write(exchange()) is not None
    with pytest.raises(SourceError, match="cannot be kept: No space left"):
        spool.close()
