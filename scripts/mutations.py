"""Every change of one line of a module that its tests should notice, each as a mutant."""

import ast
import copy
import difflib
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[1]


@frozen
class Mutant:
    """One change: `start` and `end` are offsets of the text that `new` replaces."""

    path: str
    line: int
    start: int
    end: int
    new: str
    text: str
    """The whole of the file as it was."""
    function: str
    """What it stands in (`Class.method`, `function.inner`); empty where that is the module or a class."""

    @property
    def mutated(self) -> str:
        """The whole of the file with the change."""
        return self.text[: self.start] + self.new + self.text[self.end :]

    @property
    def name(self) -> str:
        """Where it is and what it does, without the number of its line: others may move it."""
        changed = [line for line in self.diff.splitlines() if not line.startswith("@@")]
        return "\n".join([f"{self.path}:{self.function}", *changed])

    @property
    def diff(self) -> str:
        """The change, as a reader sees it."""
        lines = difflib.unified_diff(self.text.splitlines(), self.mutated.splitlines(), self.path, n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def candidates(path: Path) -> Iterator[Mutant]:
    """Every change of a module."""
    text = path.read_text(encoding="utf-8")
    offsets = _offsets(text)
    tree = ast.parse(text)
    functions = list(_functions(tree))
    for node, new in _changes(tree):
        start, end = (
            offsets[line - 1] + len(text[offsets[line - 1] :].encode()[:column].decode())
            for line, column in ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        )
        yield Mutant(str(path.relative_to(ROOT)), node.lineno, start, end, new, text, _around(functions, node))


_Function = tuple[int, int, str]
"""Its first and its last line, and its name."""


def _functions(node: ast.AST, within: str = "") -> Iterator[_Function]:
    """All functions below a node, the outer before the inner."""
    for one in ast.iter_child_nodes(node):
        deeper = within
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            deeper = f"{within}{one.name}."
            if not isinstance(one, ast.ClassDef):
                yield one.body[0].lineno, one.end_lineno or 0, deeper.removesuffix(".")
        yield from _functions(one, deeper)


def _around(functions: list[_Function], node: ast.expr | ast.stmt) -> str:
    return next((name for first, last, name in reversed(functions) if first <= node.lineno <= last), "")


def _offsets(text: str) -> list[int]:
    offsets = [0]
    for line in text.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return offsets


_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "startswith": "endswith", "endswith": "startswith"}
_LEFT_OUT = (ast.Import, ast.ImportFrom, ast.Raise, ast.JoinedStr, ast.Assert)
"""Loading, and what messages say: other tests hold them."""


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Nodes, each with what stands there instead."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _LEFT_OUT) or _is_bound(node):
            continue
        waiting.extend(_parts(node))
        if isinstance(node, ast.expr | ast.stmt):
            yield from ((node, new) for new in _instead(node))


def _is_bound(node: ast.AST) -> bool:
    """A bound (`MAX_PLACES = 60_000`): one more or less is nobody's fault."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return False
    return node.targets[0].id.isupper() and all(
        isinstance(one, ast.Constant | ast.BinOp | ast.operator) for one in ast.walk(node.value)
    )


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What is below a node and runs: no docstrings, no types."""
    for name, value in ast.iter_fields(node):
        if isinstance(node, ast.ClassDef) and name == "keywords":
            continue  # how a class is laid out in memory
        if name in {"annotation", "returns", "decorator_list", "bases", "type_params", "slice"}:
            continue
        for one in value if isinstance(value, list) else [value]:
            documents = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
            checks_types = isinstance(one, ast.If) and isinstance(one.test, ast.Name) and one.test.id == "TYPE_CHECKING"
            if isinstance(one, ast.AST) and not documents and not checks_types:
                yield one


def _instead(node: ast.expr | ast.stmt) -> Iterator[str]:  # noqa: C901, PLR0912 - a case a kind of node
    match node:
        case ast.Compare(ops=[op]):
            for other in _COMPARED[type(op)]:
                yield _with(node, ops=[other()])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.BinOp(op=op) if type(op) in _CALCULATED and not _is_text(node):
            yield _with(node, op=_CALCULATED[type(op)]())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield ast.unparse(operand)
        case ast.IfExp(test=test):
            yield f"({_with(node, test=ast.UnaryOp(ast.Not(), test))})"
        case ast.Constant(value=bool() as value):
            yield str(not value)
        case ast.Constant(value=int() as value):
            yield str(value + 1)
        case ast.Constant(value=str() as value) if value and " " not in value:  # else a sentence, for people
            yield repr(f"{value}X")
        case ast.Call(func=ast.Name(id=name) as function) if name in _NAMES:
            yield _with(node, func=ast.Name(_NAMES[function.id]))
        case ast.Call(func=ast.Attribute(attr=name) as function) if name in _NAMES:
            yield _with(node, func=ast.Attribute(function.value, _NAMES[name]))
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield "return None"
        case ast.Continue():
            yield "break"
        case ast.Break():
            yield "continue"
        case ast.Expr() | ast.AugAssign() | ast.Delete():
            yield "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "pass"
        case ast.If(test=test) | ast.While(test=test):
            return  # by its test
        case _:
            return


def _with(node: ast.expr, **fields: object) -> str:
    """The node with other fields, in brackets where it may need them."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    text = ast.unparse(ast.fix_missing_locations(changed))
    return f"({text})" if isinstance(node, ast.BoolOp | ast.BinOp | ast.Compare) else text


def _is_text(node: ast.BinOp) -> bool:
    return any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (node.left, node.right))
