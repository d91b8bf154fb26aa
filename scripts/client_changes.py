"""What changed of a generated package for those who use it: names gone or new, types narrowed or widened."""

import ast
from collections.abc import Iterator, Mapping

from attrs import frozen


@frozen
class ClientChange:
    """One change of one public name: `kind` is gone, new, narrowed, widened or changed."""

    name: str
    kind: str
    before: str
    after: str

    def __str__(self) -> str:
        """In one line."""
        match self.kind:
            case "gone":
                return f"{self.name} is gone (was {self.before})" if self.before else f"{self.name} is gone"
            case "new":
                return f"{self.name} is new: {self.after}" if self.after else f"{self.name} is new"
        return f"{self.name} is {self.kind}: {self.before} → {self.after}"


def client_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[ClientChange, ...]:
    """The changes from one state of a package's files to another, by path, in the order of names.

    Looked at are classes with their fields and values, and functions with their parameters; a field of a class that is
    new or gone as a whole is not named again.
    """
    before, after = dict(_names(old)), dict(_names(new))
    return tuple(_changes(before, after))


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[ClientChange]:
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        owner = name.partition("(")[0] if "(" in name else name.rpartition(".")[0]
        if now is None and owner not in before.keys() - after.keys():
            yield ClientChange(name, "gone", was or "", "")
        elif was is None and owner not in after.keys() - before.keys():
            yield ClientChange(name, "new", "", now or "")
        elif was is not None and now is not None and was != now:
            yield ClientChange(name, _kind(was, now), was, now)


def _kind(was: str, now: str) -> str:
    """A union that gained members is wider, one that lost some narrower."""
    before, after = ({part.strip() for part in text.split("|")} for text in (was, now))
    return "widened" if before < after else "narrowed" if after < before else "changed"


def _names(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for path, content in files.items():
        module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if not path.endswith(".py") or module.rpartition(".")[2].startswith("_"):
            continue
        for node in ast.parse(content).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from _class(f"{_short(module)}.{node.name}", node)
            elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield from _function(f"{_short(module)}.{node.name}", node)


def _short(module: str) -> str:
    """Models are imported from `models`, whichever module they are in."""
    head, found, _ = module.partition(".models.")
    return f"{head}.models" if found else module


def _class(name: str, node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    yield name, ""
    for item in node.body:
        match item:
            case ast.AnnAssign(target=ast.Name(id=attribute), annotation=annotation) if not attribute.startswith("_"):
                yield f"{name}.{attribute}", ast.unparse(annotation)
            case ast.Assign(targets=[ast.Name(id=attribute)], value=ast.Constant(value=value)):
                yield f"{name}.{attribute}", repr(value)
            case _:
                pass


def _function(name: str, node: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    yield name, ast.unparse(node.returns) if node.returns else ""
    given = [*node.args.posonlyargs, *node.args.args]
    required = len(given) - len(node.args.defaults)
    for index, argument in enumerate(given):
        yield f"{name}({argument.arg})", _argument(argument, optional=index >= required)
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        yield f"{name}({argument.arg})", _argument(argument, optional=default is not None)


def _argument(argument: ast.arg, *, optional: bool) -> str:
    annotation = ast.unparse(argument.annotation) if argument.annotation else "Any"
    return f"{annotation} | (left out)" if optional else annotation
