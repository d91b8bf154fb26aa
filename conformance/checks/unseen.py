"""Why an operation was not seen."""

from collections.abc import Mapping

from attrs import frozen

from conformance.checks.complaints import MAX_COMPLAINTS
from conformance.checks.evidence import Evidence
from conformance.checks.items import PAGES
from conformance.contract import Contract, Operation

LISTED_BY = {"batch_id": "list_batches", "file_id": "list_files"}
"""Path parameters, and the operation that tells what to put there."""

_WHY = (
    ({401, 403}, "the key was refused"),
    ({405}, "the method is not allowed there"),
    ({404, 405, 410}, "the path is not there"),
    ({429}, "nothing but 429 (too many requests)"),
)


def _why_no_success(statuses: Mapping[int, int], *, named: bool) -> str:
    """Why nothing succeeded; `named`: where something is asked for by its id, which may be all that is not there."""
    codes = ", ".join(str(status) for status in sorted(statuses))
    if named and set(statuses) <= {404, 410}:
        return f"nothing was found under an id that was asked for ({codes})"
    for group, words in _WHY:
        if set(statuses) <= group:
            return f"{words} ({codes})"
    if all(status >= 500 for status in statuses):
        return f"nothing but server errors ({codes})"
    return f"no request succeeded ({codes})"


@frozen
class Unseen:
    """What was seen, to say what was not. `statuses` are those of requests with a key."""

    evidence: Evidence
    statuses: Mapping[tuple[str, int], int]
    contract: Contract
    allow_empty: bool

    def why(self, name: str, not_asked: str) -> str | None:
        """Why an operation was not seen; None if it was, or need not be."""
        if self.evidence.unlooked[name]:
            return f"{name}: of an answer only the first {MAX_COMPLAINTS:,} wrong values were looked at"
        statuses = {status: count for (operation, status), count in self.statuses.items() if operation == name}
        if any(200 <= status < 300 for status in statuses):
            empty = name in PAGES and not self._held_items(name)
            return f"{name}: no list held an item" if empty and not self.allow_empty else None
        operation = self.contract.operations[name]
        if self.allow_empty and operation.method == "GET" and self._lists_are_empty(operation):
            return None
        if not statuses:
            failures = {failure: count for (one, failure), count in self.evidence.failures.items() if one == name}
            return f"{name}: {max(sorted(failures), key=failures.__getitem__, default=not_asked)}"
        return f"{name}: {_why_no_success(statuses, named='{' in operation.path)}"

    def _held_items(self, name: str) -> bool:
        return any(count for (operation, _), count in self.evidence.items.items() if operation == name)

    def _lists_are_empty(self, operation: Operation) -> bool:
        """Whether the lists that would tell what to ask an operation for were answered, and held nothing."""
        lists = {LISTED_BY[one.name] for one in operation.parameters if one.where == "path" and one.name in LISTED_BY}
        answered = {name for name, status in self.evidence.statuses if 200 <= status < 300}
        return bool(lists) and lists <= answered and not any(map(self._held_items, lists))
