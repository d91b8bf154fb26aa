"""`[tool.batch-conformance]` of a pyproject.toml: what options are where the command line does not say.

The nearest pyproject.toml counts that has the table, from the current folder upward; others are passed over, and
nothing is merged. Keys are the long names of options; a table with a command's name holds what is for that one only.
Paths are relative to the file. `providers` adds folders like `specs/`.
"""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from conformance.errors import UserError
from conformance.nearest import meant
from conformance.specs import add_behind
from conformance.toml_lines import line_of

FILE, TABLE, PROVIDERS = "pyproject.toml", "tool.batch-conformance", "providers"
NEVER = frozenset({"dask", "debug", "help", "host", "key", "url", "write"})
"""What only who types it decides: where a key and requests go, and whether anything is changed there."""
_MAX_BYTES = 5_000_000


class SettingsError(UserError):
    """The table of settings is not as it must be; the message is one line, with file and line."""


class Settings(NamedTuple):
    """The table, and where it stands."""

    path: Path
    text: str
    table: Mapping[str, Any]

    def wrong(self, key: str, what: str, command: str = "") -> SettingsError:
        """What is wrong with a key."""
        table = f"{TABLE}.{command}" if command else TABLE
        return SettingsError(f"{self.path}:{line_of(self.text, table, key)}: [{table}] {key}: {what}")


def find(folder: Path) -> Settings | None:
    """The table that counts in a folder; None where there is none.

    Raises:
        SettingsError: the file that has it is no TOML, or it is no table.
    """
    for one in (folder, *folder.parents):
        path = one / FILE
        try:
            if not path.is_file() or path.stat().st_size > _MAX_BYTES:
                continue
            text = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue  # somebody else's, higher up
        if "batch-conformance" not in text:
            continue
        try:
            tools = tomllib.loads(text).get("tool", {})
        except (ValueError, RecursionError) as error:
            raise SettingsError(f"{path}: not TOML: {error}") from None
        table = tools.get("batch-conformance") if isinstance(tools, dict) else None
        if table is None:
            continue
        if not isinstance(table, dict):
            raise SettingsError(f"{path}:{line_of(text, 'tool', 'batch-conformance')}: [{TABLE}]: a table is expected")
        return Settings(path, text, table)
    return None


def defaults(settings: Settings, command: click.Command, commands: Iterable[click.Command]) -> Mapping[str, Any]:
    """What a command's parameters are, by their names, and the providers' folders added.

    Raises:
        SettingsError: a key is none, or a value is not what it must be.
    """
    options = {one.name or "": dict(_options(one)) for one in commands}
    shared = {name: one for names in options.values() for name, one in names.items()}
    own = options[command.name or ""]
    found: dict[str, Any] = {}
    specific: Mapping[str, Any] = {}
    for key, value in settings.table.items():
        if isinstance(value, dict) and key in options:
            _known_keys(settings, value, options[key], key)
            specific = value if key == command.name else specific
        elif key == PROVIDERS:
            add_behind(_folders(settings, value))
        else:
            _known_keys(settings, [key], (*shared, PROVIDERS, *options))
            several = _shaped(settings, key, value, shared[key])
            if key in own:
                found[own[key].name or ""] = _value(settings, key, several, own[key])
    for key, value in specific.items():
        several = _shaped(settings, key, value, own[key], command.name or "")
        found[own[key].name or ""] = _value(settings, key, several, own[key], command.name or "")
    return found


def _options(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    for one in command.params:
        if isinstance(one, click.Option):
            name = max(one.opts, key=len).lstrip("-")
            if name not in NEVER:
                yield name, one


def _known_keys(settings: Settings, keys: Iterable[str], known: Iterable[str], command: str = "") -> None:
    every = sorted(dict.fromkeys(known))
    for key in keys:
        if key in NEVER:
            raise settings.wrong(key, "only the command line can say that", command)
        if key not in every:
            raise settings.wrong(key, f"no such key; there are {', '.join(every)}{meant(key, every)}", command)


def _folders(settings: Settings, value: Any) -> list[Path]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise settings.wrong(PROVIDERS, "a list of folders is expected")
    found = [settings.path.parent / one for one in value]
    for folder in found:
        if not folder.is_dir() or os.pathsep in str(folder):
            raise settings.wrong(PROVIDERS, f"{folder} is not a folder")
    return found


def _shaped(settings: Settings, key: str, value: Any, option: click.Option, command: str = "") -> list[Any]:
    """The values of a key, if they are of the kind that its option takes."""
    if option.is_flag:
        if not isinstance(value, bool):
            raise settings.wrong(key, f"true or false is expected, not {value!r}", command)
        return [value]
    several = value if option.multiple and isinstance(value, list) else [value]
    if not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in several):
        kind = "a text, or a list of texts," if option.multiple else "a text or a number"
        raise settings.wrong(key, f"{kind} is expected, not {value!r}", command)
    return several


def _value(settings: Settings, key: str, several: list[Any], option: click.Option, command: str = "") -> Any:
    """The value of an option of the command that is asked for."""
    made = several if option.is_flag else [_one(settings, key, one, option, command) for one in several]
    return made if option.multiple else made[0]


def _one(settings: Settings, key: str, value: Any, option: click.Option, command: str) -> Any:
    if isinstance(option.type, click.Path) or _is_file(value):
        value = str(settings.path.parent / str(value))
    try:
        option.type.convert(value, option, None)
    except click.BadParameter as error:
        raise settings.wrong(key, error.message, command) from None
    return value


def _is_file(value: Any) -> bool:
    """Whether a text is the path of a contract, where it may be a name as well."""
    return isinstance(value, str) and value.endswith((".yaml", ".yml", ".json"))
