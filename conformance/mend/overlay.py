"""The proposed Overlay of each contract in a report, and the difference that it would make to its client."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import yaml
from attrs import frozen

from conformance import files
from conformance.contract import Contract, ContractError, load, names
from conformance.document import Document, Location
from conformance.errors import UserError
from conformance.mend.client import client_diff
from conformance.mend.edits import ORDER, DriftRow, Edit, edits, place
from conformance.references import at


class MendError(UserError):
    """Nothing can be proposed; the message is one line."""


@frozen
class Proposal:
    """What would mend one contract: actions of an Overlay, the contract then, and the rows left as they are."""

    contract: Contract
    actions: tuple[dict[str, Any], ...]
    mended: Any
    left: tuple[DriftRow, ...]


def mend(tree: Mapping[str, Any], out: Path) -> list[Path]:
    """Write `<contract>.overlay.yaml` for each contract that new drift speaks of, and `<contract>.client.diff`.

    Drift that is known is meant to be so, and is left. The difference of the client is there only in a checkout, where
    the generator is. An earlier file is replaced whole. Of contracts whose files have one name, each has its own: the
    second's is `<contract>-2.overlay.yaml`, and says which contract it extends.

    Args:
        tree: A report, as drift.json holds it.
        out: A folder; made where it is missing.

    Returns:
        The files written; none if no new drift is a contract's to mend.

    Raises:
        ContractError: a contract that the report names is not there.
        MendError: a file cannot be written.
    """
    written: list[Path] = []
    by_contract = _by_contract(tree)
    stems = _stems(by_contract)
    for name, rows in by_contract.items():
        found = propose(_load(name, tree), rows)
        if not found.actions:
            continue
        written.append(_write(out / f"{stems[name]}.overlay.yaml", _text(found)))
        if diff := client_diff(found.contract, found.mended):
            written.append(_write(out / f"{stems[name]}.client.diff", diff))
    return written


def _by_contract(tree: Mapping[str, Any]) -> Mapping[str, list[DriftRow]]:
    rows: dict[str, list[DriftRow]] = {}
    for row in tree["drift"]:
        if row["known"] is None and row["endpoint"] is not None:
            rows.setdefault(row["contract"], []).append(row)
    return rows


def _load(name: str, tree: Mapping[str, Any]) -> Contract:
    """By its name, or by the file that the report read it from."""
    file = next((one["file"] for one in tree["contracts"] if one["name"] == name), name)
    if name.partition("@")[0] in names() and file.startswith("specs/"):
        return load(name)
    if not Path(file).is_file():
        raise ContractError(f"{file}: the contract {name} of the report is not there")
    return load(file)


def _stems(names: Iterable[str]) -> Mapping[str, str]:
    """What the files of each contract are called, no two alike."""
    stems: dict[str, str] = {}
    for name in names:
        stem = Path(name).name.removesuffix(".yaml").removesuffix(".json")
        numbered = (stem, *(f"{stem}-{number}" for number in range(2, len(stems) + 2)))
        stems[name] = next(one for one in numbered if one not in stems.values())
    return stems


def propose(contract: Contract, rows: Iterable[DriftRow]) -> Proposal:
    """What would make a contract agree with rows of drift."""
    data = deepcopy(contract.document.data)
    changed = Contract(contract.name, contract.file, Document(data))
    actions: list[dict[str, Any]] = []
    left: list[DriftRow] = []
    done: set[bytes] = set()
    for row in _together(contract, rows):
        # Several operations answer with what is defined once: what would be edited there is the same.
        wanted = orjson.dumps([(one.location, one.value, one.item) for one in edits(contract, row)])
        if wanted in done:
            continue
        asked = edits(changed, row)
        if not asked:
            left.append(row)
            continue
        done.add(wanted)
        for edit in asked:
            apply(data, edit)
            actions.append(_action(edit, row))
        changed = Contract(contract.name, contract.file, Document(data))  # what was read of it is outdated
    return Proposal(contract, tuple(actions), data, tuple(left))


def _together(contract: Contract, rows: Iterable[DriftRow]) -> Iterable[DriftRow]:
    """Rows in the order of work; a field that is new is one row where it is defined once, with all that was seen."""
    merged: dict[Any, DriftRow] = {}
    for number, row in enumerate(rows):
        name = row["pointer"].rpartition("/")[2]
        key = (place(contract, row), name) if row["rule"] == "response-property-undocumented" else number
        earlier = merged.get(key)
        merged[key] = {**earlier, "observed": [*earlier["observed"], *row["observed"]]} if earlier else row
    return sorted(merged.values(), key=lambda one: ORDER.index(one["rule"]) if one["rule"] in ORDER else len(ORDER))


def apply(data: Any, edit: Edit) -> None:
    """Make an edit in place."""
    document = Document(data)
    if edit.item is not None:
        at(document, edit.location).remove(edit.item)
    elif edit.value is None:
        del at(document, edit.location[:-1])[edit.location[-1]]
    else:
        _merge(at(document, edit.location), deepcopy(edit.value))


def _merge(target: Any, value: Any) -> None:
    """As the Overlay specification has it: objects merge, lists grow."""
    if isinstance(target, list):
        target.extend(value)
        return
    for key, new in value.items():
        if isinstance(new, dict) and isinstance(target.get(key), dict):
            _merge(target[key], new)
        elif isinstance(new, list) and isinstance(target.get(key), list):
            target[key].extend(new)
        else:
            target[key] = new


def _action(edit: Edit, row: DriftRow) -> dict[str, Any]:
    seen = ", ".join("null" if one["value"] is None else str(one["value"]) for one in row["observed"])[:200]
    action: dict[str, Any] = {
        "target": _json_path(edit.location) + ("" if edit.item is None else f"[?@ == {_quoted(edit.item)}]"),
        "description": f"{row['rule']} at {_where(row)}: documented {row['expected'][:200]}; seen {seen}",
        "x-source": {"kind": "seen-in-the-wild", "ref": row["endpoint"]},
    }
    return {**action, **({"remove": True} if edit.value is None else {"update": edit.value})}


def _where(row: DriftRow) -> str:
    return " ".join(str(row[key]) for key in ("operation", "status_code", "pointer") if row[key] not in {None, ""})


def _json_path(location: Location) -> str:
    """RFC 9535 JSONPath."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f"[{_quoted(step)}]" for step in location)


def _quoted(text: str) -> str:
    return "'" + orjson.dumps(text).decode()[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def _text(found: Proposal) -> str:
    overlay = {
        "overlay": "1.1.0",
        "info": {"title": f"What was seen of {found.contract.name} beyond its contract", "version": "1.0.0"},
        "extends": found.contract.file,
        "actions": list(found.actions),
    }
    body = yaml.dump(overlay, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return "".join(f"# {line}\n" for line in _head(found)) + body


class _Plain(yaml.SafeDumper):
    """Writes everything out: a reader of a proposal looks up no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's own hook
        return True


def _head(found: Proposal) -> Iterator[str]:
    yield "Proposed from a drift report: read it, and keep what the provider documents or confirms."
    for row in found.left:
        line = f"Left as it is: {row['rule']} at {_where(row)}"[:300]
        yield "".join(one if one.isprintable() else " " for one in line)


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return files.write(path, text)
    except OSError as error:
        raise MendError(f"{path}: cannot be written: {error.strerror or error}") from None
