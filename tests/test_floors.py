"""The layout holds: every import runs down or along a floor, and no two modules import each other in a circle."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE, CLIENT = ROOT / "conformance", ROOT / "client" / "batch_client"

FLOORS: tuple[tuple[str, ...], ...] = (
    (
        *("files", "plain", "document", "references", "json_schema", "schema", "operations", "reach"),
        *("openapi", "contract", "specs", "sources", "multipart", "sample", "places", "exchange", "drift"),
        *("rules", "masking", "pseudonyms", "failures", "coding", "excerpt", "hosts", "providers", "against"),
        *("errors", "nearest", "keys", "lazy", "contract_files", "kept_contracts", "toml_lines", "drawing"),
        *("input_rules", "lines", "batches", "smallest", "encodings"),
    ),
    (
        *("checks", "documents", "compare", "impact", "known", "documented", "findings", "mend", "outcome"),
        *("deadline", "endpoint", "target", "recording", "simulator"),
    ),
    ("suite", "traffic", "results", "report", "watching", "proxy"),
    ("cli",),
)
"""From the ground up."""

LATER = {
    ("recording", "watching.client"),  # a public name, brought in when it is asked for
    ("cli", "cli.program"),  # the program, once the frame around it stands
    *(("rules", finds) for finds in ("checks", "compare", "documents", "impact")),  # a rule names what finds it
}
"""What names what it does without."""

BY_NAME = {"import_module", "resolve_name", "__import__", "Lazy"}
"""What brings in a module that is named as a text."""

FROM_TABLES = {
    *("lazy", "cli.frame", "recording", "simulator", "checks.finder", "checks.several.replay"),
    *("simulator.profiles", "impact.faces", "impact.loss", "impact.sdk", "mend.client"),
}
"""Where the text is no constant: it stands in a table, or is of another package."""

NEVER = {
    "checks": ("endpoint", "target", "recording", "simulator"),  # checks do not talk to the network
    "impact": (
        "checks",
        "endpoint",
        "recording",
        "simulator",
    ),  # clients read what they are given
    "simulator": ("checks",),  # a simulator does not know how it is judged
    "report": ("suite", "traffic"),  # a report decides nothing
}


@cache
def modules(package: Path = PACKAGE) -> Mapping[str, Path]:
    """Every module by its dotted name below the package; the package's own face has no name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imports(name: str, package: Path) -> Iterator[str]:
    """The package's own modules that one of them imports or names, anywhere in it, as dotted names below it."""
    for node in ast.walk(tree(name, package)):
        match node:
            case ast.ImportFrom(module=str(module), names=aliases) if module.split(".")[0] == package.name:
                base = module.removeprefix(package.name).lstrip(".")
                for alias in aliases:
                    deeper = f"{base}.{alias.name}".lstrip(".")
                    yield deeper if deeper in modules(package) else base
            case ast.Constant(value=str(text)) if (named := named_by(text, package)) and not within(name, named):
                yield named


def named_by(text: str, package: Path) -> str | None:
    """The module that a text names, as `package.module`, `package.module.` or `module:name`."""
    module, colon, _ = text.partition(":")
    short = module.removeprefix(f"{package.name}.").removesuffix(".")
    return short if (colon or short != module) and short in modules(package) else None


def within(name: str, package: str) -> bool:
    """Whether a module is a package, or in it: then it is there already, and its name is that of a logger."""
    return f"{name}.".startswith(f"{package}.")


@cache
def tree(name: str, package: Path = PACKAGE) -> ast.Module:
    """A module, parsed."""
    return ast.parse(modules(package)[name].read_text(encoding="utf-8"))


@cache
def arrows(package: Path = PACKAGE) -> Mapping[str, set[str]]:
    """Who imports whom, by name too; packages' own faces (`__init__`) are among them."""
    return {
        name: {
            target
            for target in imports(name, package)
            if target and not any(within(name, above) and within(target, below) for above, below in LATER)
        }
        for name in modules(package)
    }


def floor(name: str) -> int:
    """The floor of a module."""
    return next(number for number, names in enumerate(FLOORS) if name.split(".", maxsplit=1)[0] in names)


def test_every_import_runs_down_or_along() -> None:
    """No module imports one of a higher floor, and nothing imports the command line."""
    wrong = [f"{name} -> {to}" for name, targets in arrows().items() for to in targets if floor(to) > floor(name)]
    assert wrong == []


def test_what_must_never_meet_does_not() -> None:
    """Checks reach no network, simulators no checks, reports no decisions."""
    wrong = [
        f"{name} -> {to}"
        for name, targets in arrows().items()
        for to in targets
        if to.split(".")[0] in NEVER.get(name.split(".")[0], ())
    ]
    assert wrong == []


def test_what_is_imported_by_name_is_named_in_full() -> None:
    """Where a module is brought in by name, the text can be seen: else its arrow would be missing here."""
    wrong = [
        f"{name}: {ast.unparse(node)}"
        for name in modules().keys() - FROM_TABLES
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in BY_NAME
        and not (isinstance(node.args[0], ast.Constant) or _begins_in_full(node.args[0]))
    ]
    assert wrong == []


def _begins_in_full(argument: ast.expr) -> bool:
    match argument:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return bool(named_by(text, PACKAGE))
    return False


@pytest.mark.parametrize(("package", "top"), [(PACKAGE, "cli"), (CLIENT, "results")])
def test_there_is_no_circle(package: Path, top: str) -> None:
    """Modules can be read in an order in which each builds only on what came before."""
    order = list(TopologicalSorter(arrows(package)).static_order())
    assert top in order


def kinds(path: Path) -> Iterator[str]:
    """The public classes and type aliases that a module defines; type variables and constants are neither."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp()) if not name.isupper():
                pass
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                pass
            case _:
                continue
        if not name.startswith("_"):
            yield name


def test_no_two_public_kinds_share_a_name() -> None:
    """Whoever reads the name of a class or a type knows which one is meant."""
    found = Counter(name for path in modules().values() for name in kinds(path))
    assert [name for name, count in found.items() if count > 1] == []
