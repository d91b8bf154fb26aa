"""Generated Python is read before it is kept: only what the templates need may be in it."""

import ast
from collections.abc import Iterator, Mapping

IMPORTS = frozenset(
    {
        *("__future__", "attrs", "collections.abc", "datetime", "enum", "http", "httpx", "io", "json", "ssl", "typing"),
        *("urllib.parse", "uuid"),
    }
)
"""Modules that generated code may import, beside its own package's and those of the library below."""
LIBRARY = "batch_client"

AT_IMPORT = frozenset(
    {
        *("TypeVar", "_model.Field", "field", "define", "frozen", "Unset", "httpx.Timeout"),
        *("Lazy", "lazily", "Operation", "Provider"),
    }
)
"""What may be called while a module is imported."""
AT_IMPORT_OF = frozenset({"_kinds"})
"""Modules of the package all of whose functions may be."""

_FORBIDDEN = frozenset(
    {
        *(
            "eval",
            "exec",
            "compile",
            "__import__",
            "open",
            "globals",
            "locals",
            "vars",
            "getattr",
            "setattr",
            "delattr",
        ),
        *("breakpoint", "input", "print", "memoryview", "exit", "quit", "help"),
    }
)
_DUNDERS = frozenset(
    {"__all__", "__init__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__bool__", "__name__", "__getattr__"}
)
_STATEMENTS = (
    *(ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
    *(ast.Expr, ast.If, ast.Pass),
)
"""What may stand in a module or a class, outside of functions."""


class UnsafeCodeError(Exception):
    """Generated code does what generated code has no reason to; the message is one line."""


def refuse_code(files: Mapping[str, bytes]) -> None:
    """Hold generated files to the list of what they may do.

    Args:
        files: The files of a distribution by path; what is not Python is passed over.

    Raises:
        UnsafeCodeError: one is not Python, or does something else.
    """
    for path, content in files.items():
        if path.endswith(".py"):
            try:
                tree = ast.parse(content, path)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None)
                raise UnsafeCodeError(f"{path}:{line or 1}: the generated code is not Python: {error}") from None
            for node, reason in (*_everywhere(tree, _packages(path)), *_at_import(tree.body)):
                raise UnsafeCodeError(f"{path}:{getattr(node, 'lineno', 1)}: generated code {reason}")


def _packages(path: str) -> frozenset[str]:
    """The package that a file is in, by its path, which begins with the folder of its distribution; the library."""
    return frozenset((*path.split("/")[:-1], LIBRARY))


def _everywhere(tree: ast.Module, packages: frozenset[str]) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node, f"imports {one.name}") for one in names if one.name not in IMPORTS)
            case ast.ImportFrom(module=module, level=0) if (
                module not in IMPORTS and (module or "").partition(".")[0] not in packages
            ):
                yield node, f"imports {module}"
            case ast.Name(id=name) if name in _FORBIDDEN or (name.startswith("__") and name not in _DUNDERS):
                yield node, f"uses {name}"
            case ast.Attribute(attr=name) if name.startswith("__") and name not in _DUNDERS:
                yield node, f"uses {name}"
            case ast.Global() | ast.Nonlocal() | ast.Lambda():
                yield node, f"has a {type(node).__name__.lower()}"
            case _:
                pass


def _at_import(body: list[ast.stmt]) -> Iterator[tuple[ast.AST, str]]:
    """What happens while a module is imported: all that stands outside of functions, and what these are made with."""
    for statement in body:
        if not isinstance(statement, _STATEMENTS):
            yield statement, f"runs {type(statement).__name__.lower()} while it is imported"
        elif isinstance(statement, ast.Expr):
            if not (isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str | type(...))):
                yield statement, "runs an expression while it is imported"
        elif isinstance(statement, ast.If):
            if ast.unparse(statement.test) != "TYPE_CHECKING":
                yield statement, "decides something while it is imported"
            yield from _at_import([*statement.body, *statement.orelse])
        elif isinstance(statement, ast.ClassDef):
            yield from _calls(*statement.decorator_list, *statement.bases, *statement.keywords)
            yield from _at_import(statement.body)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _calls(
                *statement.decorator_list, statement.args, *([statement.returns] if statement.returns else [])
            )
        else:
            yield from _calls(statement)


def _calls(*nodes: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in nodes:
        for call in ast.walk(node):
            if isinstance(call, ast.Call):
                name = ast.unparse(call.func)
                if name not in AT_IMPORT and name.partition(".")[0] not in AT_IMPORT_OF:
                    yield call, f"calls {name[:40]} while it is imported"
            elif isinstance(
                call, ast.NamedExpr | ast.Await | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp
            ):
                yield call, f"runs a {type(call).__name__.lower()} while it is imported"
