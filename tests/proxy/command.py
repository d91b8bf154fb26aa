"""`batch-conformance proxy` as a process, and what it leaves."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define, field

from tests.proxy.kit import WAIT

COMMAND = Path(sys.executable).with_name("batch-conformance")


@define(eq=False)
class Command:
    """A proxy that runs."""

    process: "subprocess.Popen[str]"
    folder: Path
    url: str
    out: str = field(default="", init=False)
    err: str = field(default="", init=False)

    def end(self, number: int = signal.SIGINT) -> int:
        """Interrupt it, and read what it says; the exit code."""
        self.process.send_signal(number)
        self.out, self.err = self.process.communicate(timeout=60)
        return self.process.returncode

    def report(self) -> dict[str, Any]:
        """Its drift.json."""
        tree: dict[str, Any] = json.loads((self.folder / "out/drift.json").read_text())
        return tree

    @property
    def follower(self) -> int:
        """The process that judges while it happens."""
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    @property
    def memory(self) -> int:
        """The most bytes that it ever had in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))


@contextmanager
def running(folder: Path, provider: str, url: str, *arguments: str) -> Iterator[Command]:
    """A proxy to an address, in an empty folder, with its own folder for temporary files."""
    (folder / "tmp").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    process = subprocess.Popen(
        [COMMAND, "proxy", provider, "--url", url, "--out", "out", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**kept, "TMPDIR": str(folder / "tmp")},
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline().strip()
        assert ready, process.communicate(timeout=WAIT)
        yield Command(process, folder, ready)
    finally:
        process.kill()
        process.communicate(timeout=WAIT)
