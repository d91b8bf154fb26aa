"""What commands are made of: words that are looked up when they are needed, options in groups, help with examples."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.cli import settings
from conformance.nearest import meant

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # which takes a type only in later versions of click

COMMON = "Everywhere"
"""The heading of the options that every command has."""


def load(where: str) -> Any:
    """What stands at `module:name`."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


class Listed(ParamType):
    """One of the words of a list that is looked up when a word is typed, and not before.

    Args:
        name: what such a word is called, as in `no such provider`.
        where: `module:name` of the list, of a mapping with such keys, or of a function that returns either.
        closed: whether other words are refused here; else whoever takes the word knows what else it may be.
    """

    def __init__(self, name: str, where: str, *, closed: bool = True) -> None:
        """Look up nothing yet."""
        self.name = name
        self.where = where
        self.closed = closed

    @property
    def words(self) -> tuple[str, ...]:
        """The words, in the list's order."""
        found = load(self.where)
        words: Iterable[str] = found() if inspect.isfunction(found) else found
        return tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word itself.

        Raises:
            click.BadParameter: there is no such word.
        """
        text = str(value)
        if self.closed and text not in (words := self.words):
            self.fail(f"{text}: no such {self.name}; there are {', '.join(words)}{meant(text, words)}", param, ctx)
        return text

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """The words that begin as what was typed."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


class Option(click.Option):
    """An option below a heading of the help; of a closed list the help names every word."""

    def __init__(self, *declarations: Any, group: str = "Options", **words: Any) -> None:
        """Make it as click does."""
        super().__init__(*declarations, **words)
        self.group = group

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help."""
        record = super().get_help_record(ctx)
        if record is None or not isinstance(self.type, Listed) or not self.type.closed:
            return record
        return record[0], f"{record[1]}: {', '.join(self.type.words)}"


def option(*declarations: str, **words: Any) -> Callable[[Any], Any]:
    """An option of a command, as click's, with a `group`."""
    return click.option(*declarations, cls=Option, **words)


def _debugging(_context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        import logging

        logging.basicConfig()
        logging.getLogger("conformance").setLevel(logging.DEBUG)


DEBUG = Option(
    ["--debug"],
    is_flag=True,
    expose_value=False,
    callback=_debugging,
    group=COMMON,
    help="show the traceback of what goes wrong",
)
"""What every command takes, before its name and after it."""
_HELP = {"help_option_names": ["-h", "--help"]}


class Command(click.Command):
    """A command with the options that all have, and examples: each is what follows the program's name."""

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **words: Any) -> None:
        """Make it as click does."""
        super().__init__(*arguments, **{"context_settings": _HELP, **words})
        self.examples = tuple(examples)
        self.params.append(DEBUG)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for each group of options, in the order in which they are declared, the common ones last."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = None if isinstance(parameter, click.Argument) else parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(getattr(parameter, "group", COMMON), []).append(record)
        common = groups.pop(COMMON, [])
        for heading, records in (*groups.items(), (COMMON, common)):
            with formatter.section(heading):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, as they are typed."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{ctx.find_root().info_name} {example}\n")


def command(name: str, *, examples: Sequence[str]) -> Callable[[Callable[..., int]], Command]:
    """Makes a function a command, whose exit code it returns."""

    def make(function: Callable[..., int]) -> Command:
        made: Command = click.command(name, cls=Command, examples=examples)(function)
        return made

    return make


class Program(click.Group):
    """The program: `table` has its commands below headings, by name, each at `module:name`."""

    def __init__(self, *arguments: Any, table: Mapping[str, Mapping[str, str]], **words: Any) -> None:
        """Import none of them."""
        super().__init__(*arguments, **{"context_settings": _HELP, **words})
        self.params.append(DEBUG)
        self.table = table
        self.where = {name: where for rows in table.values() for name, where in rows.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the table's order."""
        del ctx
        return [*self.where]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported with this."""
        del ctx
        found: click.Command | None = load(self.where[cmd_name]) if cmd_name in self.where else None
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with, and the rest of them.

        Raises:
            click.UsageError: there is none of that name.
        """
        name = args[0]
        if name not in self.where and not ctx.resilient_parsing and not name.startswith("-"):
            raise click.UsageError(
                f"{name}: no such command; there are {', '.join(self.where)}{meant(name, self.where)}"
            )
        found, command, rest = super().resolve_command(ctx, args)
        if command is not None and not ctx.resilient_parsing and not {"-h", "--help"} & set(rest):
            self._settle(ctx, command)
        return found, command, rest

    def _settle(self, ctx: click.Context, command: click.Command) -> None:
        """Give a command the defaults that stand in settings.

        Raises:
            SettingsError: there is something wrong with them.
        """
        try:
            table = settings.find(Path.cwd())
        except OSError:  # the folder is gone, or nobody may look into it
            return
        if table is not None:
            every = [load(where) for where in self.where.values()]
            ctx.default_map = {command.name or "": settings.defaults(table, command, every)}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for each heading."""
        width = max(map(len, self.where))
        for heading, names in self.table.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:<{width}}", text) for name, text in self._sentences(ctx, names)])

    def _sentences(self, ctx: click.Context, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            made = self.get_command(ctx, name)
            yield name, made.get_short_help_str(100) if made else ""
