"""Dated copies of a contract and its changelog: what it said on any day, and since when it says something else.

Words and order change nothing: there is a copy only of a state that says something else than the one before it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from conformance.compare import compare
from conformance.contract import HISTORY, Contract
from conformance.document import parse
from conformance.drift import Drift
from conformance.report.text import clip, code_span, markdown
from conformance.rules import SEVERITIES
from scripts.build_contracts import PAGES
from scripts.pages import facts

CHANGELOG = "CHANGELOG.md"
_TITLE = """# Changes of the contract {name}

Newest first; a copy of each state that said something else than the one before lies beside this file.
"""
_DAY = "\n## "
_FIRST = "- The first state that is kept.\n"


def folder(name: str) -> str:
    """Where the past of a contract lies, from the root."""
    return f"specs/{HISTORY}/{name}"


def same(one: bytes, other: bytes) -> bool:
    """Whether two states of a contract say the same."""
    return bool(_said(one) == _said(other))


def _said(content: bytes) -> Any:
    return _without_sources(facts(content, "a contract"))


def _without_sources(node: Any) -> Any:
    """A document without where it comes from."""
    if isinstance(node, list):
        return [_without_sources(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_sources(child) for key, child in node.items() if key not in {PAGES, "x-source"}}


def dated(root: Path, name: str, content: bytes, today: date) -> Mapping[str, bytes | None]:
    """The files that keep a new state of a contract: a copy, and an entry above the others; none where it is not new.

    A day has one copy, its last state, and one entry: what changed since the copy before. Where the day's changes were
    taken back, both go (None: no such file).

    Raises:
        DocumentError: a copy cannot be read.
    """
    place, day = folder(name), today.isoformat()
    copies = {path.stem: path.read_bytes() for path in sorted((root / place).glob("*.yaml"))}
    if copies and same(copies[max(copies)], content):
        return {}
    earlier = max((one for one in copies if one < day), default=None)
    taken_back = earlier is not None and same(copies[earlier], content)
    entry = _FIRST if earlier is None else _entry(_contract(name, copies[earlier]), _contract(f"{name}@{day}", content))
    log = root / place / CHANGELOG
    head, *entries = log.read_text(encoding="utf-8").split(_DAY) if log.is_file() else [_TITLE.format(name=name)]
    kept = [one for one in entries if not one.startswith(day)]
    return {
        f"{place}/{day}.yaml": None if taken_back else content,
        f"{place}/{CHANGELOG}": _DAY.join([head, *([] if taken_back else [f"{day}\n\n{entry}"]), *kept]).encode(),
    }


def written_by_hand(root: Path, built: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The contracts that no pages are kept of, by name."""
    for path in sorted((root / "specs").glob("*.yaml")):
        if path.stem not in built:
            yield path.stem, path.read_bytes()


def _contract(name: str, content: bytes) -> Contract:
    return Contract(name, folder(name), parse(content.decode(), folder(name)))


def _entry(old: Contract, new: Contract) -> str:
    drifts = sorted(compare(old, new), key=lambda one: -SEVERITIES.index(one.severity))
    return "\n".join([*_lines(drifts, old)] or ["- Nothing that a client could notice."]) + "\n"


def _lines(drifts: Iterable[Drift], contract: Contract) -> Iterator[str]:
    for drift in drifts:
        operation = contract.operations.get(drift.identity.operation or "")
        where = (
            f"{operation.method} {operation.path}" if operation else drift.identity.operation,
            drift.identity.status_code,
            drift.identity.pointer,
        )
        place = code_span(clip(" ".join(str(part) for part in where if part not in {None, ""}), 160))
        observed = orjson.loads(next(iter(drift.observed)) or "null")
        change = f"{markdown(clip(drift.expected, 160))} → {markdown(clip(str(observed), 160))}"
        yield f"- **{drift.severity}** {drift.rule}, {place}: {change}"
