"""What a simulator knows: batches and files, in memory for reading, and with a folder given also on disk.

A record is written to SQLite before it is acknowledged, and before it is taken into memory; a file's content is renamed
into place before its record is written. So whatever was answered is still there after the process was killed, and
nothing is shown that could not be written.
"""

import hashlib
import re
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import orjson
from attrs import asdict, fields_dict

from conformance.errors import UserError
from conformance.simulator.clock import END
from conformance.simulator.lifecycle import Batch
from conformance.simulator.profile import Exhibits, File

_TABLES = {
    "batches": "id TEXT PRIMARY KEY, number INTEGER NOT NULL, record BLOB NOT NULL",
    "files": "id TEXT PRIMARY KEY, number INTEGER NOT NULL, record BLOB NOT NULL",
    "facts": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
}
_DATABASE = "state.sqlite"
_FOLDERS = ("files", "work")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""An id that can name a file of the folder, and no other."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


Kind = TypeVar("Kind", Batch, File)


class StateError(UserError):
    """A simulator's state cannot be read or written; the message is one line."""


class Store:
    """Batches and files, for one thread; `directory` holds the files' content, a temporary one if none is given."""

    def __init__(self, provider: str, directory: Path | None = None, phases: Collection[str] = ()) -> None:
        """Open, or begin; `phases` are those that a batch can be in.

        Raises:
            StateError: the folder cannot be used, is in use, or holds something else than this provider's state.
        """
        self.provider = provider
        self.batches: dict[str, Batch] = {}
        self.files: dict[str, File] = {}
        self._order: list[str] = []
        self._facts: dict[str, str] = {}
        self._next_file = 0
        self._phases = phases
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="batch-simulator-")
        self.directory = directory or Path(self._temporary.name if self._temporary else "")
        self._database: sqlite3.Connection | None = None
        try:
            self._begin_folder()
            if directory:
                self._open(directory / _DATABASE)
            for left in (*self.directory.glob("work/*"), *self.directory.glob("files/*.part")):
                left.unlink()
        except (OSError, sqlite3.Error) as error:
            self.close()
            reason = "another server uses it" if _is_locked(error) else error
            raise StateError(f"{self.directory}: cannot keep state there ({reason})") from None
        except StateError:
            self.close()
            raise

    def _begin_folder(self) -> None:
        """Make the folder; what someone else keeps there under our names is not ours to clear away."""
        found = [name for name in _FOLDERS if (self.directory / name).exists()]
        if found and self._temporary is None and not (self.directory / _DATABASE).exists():
            raise StateError(f"{self.directory}: holds {found[0]}/ and no state of a simulator; name another folder")
        for name in _FOLDERS:
            (self.directory / name).mkdir(parents=True, exist_ok=True)

    def _open(self, path: Path) -> None:
        self._database = database = sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
        # One process at a time: state that two servers write would be neither's.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and tables != set(_TABLES):
            raise StateError(f"{path}: a database, but no state of a simulator; name another folder")
        database.execute("PRAGMA journal_mode = WAL")
        for name, columns in _TABLES.items():
            database.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
        facts = dict(database.execute("SELECT name, value FROM facts"))
        owner = facts.get("provider", self.provider)
        if owner != self.provider:
            raise StateError(f"{path.parent}: holds the state of {owner}, not of {self.provider}; name another folder")
        try:
            for row in database.execute("SELECT id, number, record FROM batches ORDER BY number"):
                self._keep(self._batch(*row))
            for row in database.execute("SELECT id, number, record FROM files ORDER BY number"):
                self._keep(_record(File, *row))
            _moment(facts)
            self._next_file = int(facts.get("next file", "0"))
        except (TypeError, ValueError) as error:
            raise StateError(f"{path}: holds what this version cannot read: {_short(error)}") from None
        self._facts = facts

    def _batch(self, name: object, number: object, raw: object) -> Batch:
        batch = _record(Batch, name, number, raw)
        if self._phases and batch.phase not in self._phases:
            raise ValueError(f"{name}: no such phase: {batch.phase}")
        if batch.number != len(self._order):
            raise ValueError(f"{name}: is number {batch.number} where {len(self._order)} comes next")
        return batch

    def close(self) -> None:
        """Let go of the folder; without one given, everything is gone."""
        if self._database:
            with suppress(sqlite3.Error):
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
        return _moment(self._facts)

    def begin(self, exhibits: Exhibits) -> None:
        """Write the first records of a fresh store.

        Raises:
            StateError: they cannot be written.
        """
        try:
            for file_id, content in exhibits.contents.items():
                self.content(file_id).write_bytes(content)
        except OSError as error:
            raise self._unwritten(error) from None
        self._next_file = len(exhibits.files)
        self.save(*exhibits.batches, *exhibits.files, moment=0)

    def content(self, file_id: str) -> Path:
        """Where a file's bytes are; a name that is not of our making, as of a file nobody uploaded, is no path."""
        own = file_id.isascii() and file_id.replace("-", "").isalnum() and len(file_id) < 100
        return self.directory / "files" / (file_id if own else hashlib.sha256(file_id.encode()).hexdigest())

    def work(self, name: str) -> Path:
        """Where something in the making is; gone after a restart."""
        return self.directory / "work" / name

    def new_batch_id(self) -> tuple[str, int]:
        """An id like those documented (`batch_rdyqgrcgjg`) and its number; the same row of ids in every fresh store."""
        number = len(self._order)
        return f"batch_{letters(f'{self.provider} batch {number}')}", number

    def new_file_id(self) -> tuple[str, int]:
        """The same for a file (`file-jkvytbjtow`); numbers of deleted files are not given again."""
        number, self._next_file = self._next_file, self._next_file + 1
        return f"file-{letters(f'{self.provider} file {number}')}", number

    def save(self, *records: Batch | File, moment: float, contents: Mapping[str, Path] | None = None) -> None:
        """Keep records as they are from now on, all or none, with the bytes of new files by their ids.

        Raises:
            StateError: they cannot be written; then nothing has changed.
        """
        placed: dict[Path, Path] = {}
        try:
            for file_id, made in (contents or {}).items():
                placed[made] = made.rename(self.content(file_id))
            self._write(
                moment, *((_INSERT[type(record)], (record.id, record.number, _dump(record))) for record in records)
            )
        except (OSError, sqlite3.Error) as error:
            for made, place in placed.items():
                place.rename(made)
            raise self._unwritten(error) from None
        for record in records:
            self._keep(record)

    def delete_file(self, file_id: str, *, moment: float, keep_content: bool) -> None:
        """Forget a file, and its bytes unless they are still needed.

        Raises:
            StateError: that cannot be written; then it is still there.
        """
        try:
            self._write(moment, ("DELETE FROM files WHERE id = ?", (file_id,)))
        except sqlite3.Error as error:
            raise self._unwritten(error) from None
        del self.files[file_id]
        if not keep_content:
            self.content(file_id).unlink(missing_ok=True)

    def _unwritten(self, error: Exception) -> StateError:
        return StateError(f"{self.directory}: the state cannot be written ({error})")

    def _keep(self, record: Batch | File) -> None:
        if isinstance(record, File):
            self.files[record.id] = record
            return
        if record.id not in self.batches:
            self._order.append(record.id)
        self.batches[record.id] = record

    def _write(self, moment: float, *statements: tuple[str, tuple[Any, ...]]) -> None:
        facts = {"provider": self.provider, "moment": str(moment), "next file": str(self._next_file)}
        database = self._database
        if database is not None:
            database.execute("BEGIN IMMEDIATE")
            try:
                for statement, values in statements:
                    database.execute(statement, values)
                database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())
                database.execute("COMMIT")
            except sqlite3.Error:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise
        self._facts = facts

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


def _record(kind: type[Kind], name: object, number: object, raw: object) -> Kind:
    """A record as it was written.

    Raises:
        TypeError, ValueError: it is none, or another version's.
    """
    if not isinstance(raw, bytes):
        raise TypeError(f"{name}: not a record")
    data = msgspec.json.decode(raw, type=dict[str, Any])
    if unknown := set(data) - set(fields_dict(kind)):
        raise ValueError(f"{name}: a newer record, with {', '.join(sorted(unknown))}")
    record = msgspec.convert(data, kind)
    named = [value for key, value in data.items() if value is not None and (key == "id" or key.endswith("_file_id"))]
    _dump(record)  # what cannot be written again was not written here
    if (record.id, record.number) != (name, number) or not all(map(_NAME.fullmatch, named)):
        raise ValueError(f"{name}: not the record of that id and number")
    return record


def _moment(facts: Mapping[str, str]) -> float:
    moment = float(facts.get("moment", "0"))
    if not 0 <= moment <= END:
        raise ValueError(f"no moment: {moment}")
    return moment


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def letters(seed: str, count: int = 10) -> str:
    """Lower-case letters that look drawn by lot and are the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(_LETTERS[byte % 26] for byte in digest[:count])
