"""What a simulator knows: batches and files, in memory for reading, and with a folder given also on disk.

A record is written to SQLite before it is acknowledged, a file's content is renamed into place before its record is
written; so whatever was answered is still there after the process was killed.
"""

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from attrs import asdict

from conformance.simulator.lifecycle import Batch
from conformance.simulator.profile import Exhibits, File

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (id TEXT PRIMARY KEY, number INTEGER NOT NULL, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, number INTEGER NOT NULL, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class StateError(Exception):
    """The folder of a simulator's state cannot be used; the message is one line."""


class Store:
    """Batches and files, for one thread; `directory` holds the files' content, a temporary one if none is given."""

    def __init__(self, provider: str, directory: Path | None = None) -> None:
        """Open, or begin.

        Raises:
            StateError: the folder cannot be used, is in use, or holds another provider's state.
        """
        self.provider = provider
        self.batches: dict[str, Batch] = {}
        self.files: dict[str, File] = {}
        self._order: list[str] = []
        self._facts: dict[str, str] = {}
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="batch-simulator-")
        self.directory = directory or Path(self._temporary.name if self._temporary else "")
        self._database: sqlite3.Connection | None = None
        try:
            for folder in ("files", "work"):
                (self.directory / folder).mkdir(parents=True, exist_ok=True)
            if directory:
                self._open(directory / "state.sqlite")
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise StateError(f"{self.directory}: cannot keep state there ({error})") from None
        except StateError:
            self.close()
            raise
        for left in (*self.directory.glob("work/*"), *self.directory.glob("files/*.part")):
            left.unlink()

    def _open(self, path: Path) -> None:
        self._database = database = sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
        # One process at a time: state that two servers write would be neither's.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(_SCHEMA)
        self._facts = dict(database.execute("SELECT name, value FROM facts"))
        owner = self._facts.get("provider", self.provider)
        if owner != self.provider:
            raise StateError(f"{path.parent}: holds the state of {owner}, not of {self.provider}; name another folder")
        for (record,) in database.execute("SELECT record FROM batches ORDER BY number"):
            self._keep(Batch(**orjson.loads(record)))
        for (record,) in database.execute("SELECT record FROM files ORDER BY number"):
            self._keep(File(**orjson.loads(record)))

    def close(self) -> None:
        """Let go of the folder; without one given, everything is gone."""
        if self._database:
            self._database.close()
        if self._temporary:
            self._temporary.cleanup()

    @property
    def fresh(self) -> bool:
        """Whether nothing was ever stored."""
        return "provider" not in self._facts

    @property
    def moment(self) -> float:
        """The time of the last change, in virtual seconds since the epoch; 0 if there was none."""
        return float(self._facts.get("moment", 0))

    def begin(self, exhibits: Exhibits) -> None:
        """Write the first records of a fresh store."""
        self._facts["next file"] = str(len(exhibits.files))
        for file_id, content in exhibits.contents.items():
            self.content(file_id).write_bytes(content)
        self.save(*exhibits.batches, *exhibits.files, moment=0)

    def content(self, file_id: str) -> Path:
        """Where a file's bytes are."""
        return self.directory / "files" / file_id

    def work(self, name: str) -> Path:
        """Where something in the making is; gone after a restart."""
        return self.directory / "work" / name

    def new_batch_id(self) -> tuple[str, int]:
        """An id like those documented (`batch_rdyqgrcgjg`) and its number; the same row of ids in every fresh store."""
        number = len(self._order)
        return f"batch_{letters(f'{self.provider} batch {number}')}", number

    def new_file_id(self) -> tuple[str, int]:
        """The same for a file (`file-jkvytbjtow`); numbers of deleted files are not given again."""
        number = int(self._facts.get("next file", 0))
        self._facts["next file"] = str(number + 1)
        return f"file-{letters(f'{self.provider} file {number}')}", number

    def save(self, *records: Batch | File, moment: float) -> None:
        """Keep records, all or none, as they are from now on."""
        self._facts |= {"provider": self.provider, "moment": str(moment)}
        for record in records:
            self._keep(record)
        self._write(
            *((_INSERT[type(record)], (record.id, record.number, _dump(record))) for record in records),
        )

    def delete_file(self, file_id: str, *, moment: float, keep_content: bool) -> None:
        """Forget a file, and its bytes unless they are still needed."""
        del self.files[file_id]
        self._facts["moment"] = str(moment)
        self._write(("DELETE FROM files WHERE id = ?", (file_id,)))
        if not keep_content:
            self.content(file_id).unlink(missing_ok=True)

    def _keep(self, record: Batch | File) -> None:
        if isinstance(record, File):
            self.files[record.id] = record
            return
        if record.id not in self.batches:
            self._order.append(record.id)
        self.batches[record.id] = record

    def _write(self, *statements: tuple[str, tuple[Any, ...]]) -> None:
        if self._database is None:
            return
        self._database.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            self._database.execute(statement, values)
        self._database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", self._facts.items())
        self._database.execute("COMMIT")

    def newest_batches(self, after: str | None) -> Iterator[Batch]:
        """The batches, newest first; with a cursor those that come after it, none if it is no batch's id."""
        end = len(self._order)
        if after:
            end = self.batches[after].number if after in self.batches else 0
        return (self.batches[self._order[index]] for index in range(end - 1, -1, -1))


_INSERT = {
    Batch: "INSERT OR REPLACE INTO batches VALUES (?, ?, ?)",
    File: "INSERT OR REPLACE INTO files VALUES (?, ?, ?)",
}


def _dump(record: Batch | File) -> bytes:
    return orjson.dumps(asdict(record))


def letters(seed: str, count: int = 10) -> str:
    """Lower-case letters that look drawn by lot and are the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(_LETTERS[byte % 26] for byte in digest[:count])
