"""The part of an OpenAPI document that some of its operations reach, at the places where the whole has it.

Of somebody's 3 MB document, a defect that no operation of a batch's life leads to is nobody's business here.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import define, field

from conformance.document import MAX_SIZE, Document, DocumentError, Location, NotPlain
from conformance.references import at, pointer, ref_location

_WHOLE = object()
"""The key below which a copy stands in the tree of what is kept."""


def reach(document: Document, operations: Iterable[Location], beside: Iterable[Location] = ()) -> Document:
    """The document with nothing but some operations, and what they refer to, in however many steps.

    Args:
        document: As read, leniently or not.
        operations: Where they are.
        beside: What is kept as well, whole, where it is there. Where something stands that is kept, the `x-source` of
            all that stands around it is too.

    Raises:
        DocumentError: something that is reached is no plain value, or holds itself over and over.
    """
    own = document.data.get("$self")
    cut = _Cut(f"{own}#" if isinstance(own, str) else None)
    kept: dict[Location, Any] = {}
    waiting = [(location, _operation) for location in operations] + [(location, None) for location in beside]
    while waiting:
        location, narrowed = waiting.pop()
        if location in kept:
            continue
        try:
            node = at(document, location)
        except DocumentError:
            continue  # whoever follows the reference says so
        node = narrowed(node) if narrowed else _response(node) if location[-2:-1] == ("responses",) else node
        kept[location] = cut.copy(node, location)
        waiting.extend((target, None) for target in cut.references(kept[location]))
    for around in {location[:end] for location in kept for end in range(len(location))}:
        told = at(document, around)
        if isinstance(told, dict) and "x-source" in told:
            kept[*around, "x-source"] = cut.copy(told["x-source"], around)
    tree: dict[Any, Any] = {}
    for location, node in kept.items():
        _graft(tree, location, node)
    return Document(_grown(document.data, tree), document.marks)


def _operation(node: Any) -> Any:
    """An operation without what it says of others' requests."""
    if not isinstance(node, dict):
        return node
    responses = node.get("responses")
    own = {key: value for key, value in node.items() if key != "callbacks"}
    if isinstance(responses, dict):
        own["responses"] = {status: _response(one) for status, one in responses.items()}
    return own


def _response(node: Any) -> Any:
    return {key: value for key, value in node.items() if key != "links"} if isinstance(node, dict) else node


@define(eq=False)
class _Cut:
    """Copies parts of a document; what aliases share stays shared."""

    own: str | None
    """What a reference begins with that names the document itself."""
    _copies: dict[int, tuple[Any, Any, int]] = field(factory=dict)
    """By identity: the original, so that it lives, the copy, and how many values it holds."""

    def copy(self, node: Any, location: Location) -> Any:
        copied, size = self._copy(node, location)
        if size > MAX_SIZE:
            raise DocumentError(f"#{pointer(location)}: more than {MAX_SIZE:,} values (aliases that grow without end?)")
        return copied

    def _copy(self, node: Any, location: Location) -> tuple[Any, int]:
        if isinstance(node, NotPlain):
            raise DocumentError(node.text)
        if not isinstance(node, dict | list):
            return node, 1
        if id(node) not in self._copies:
            pairs = node.items() if isinstance(node, dict) else enumerate(node)
            below = {key: self._copy(child, (*location, key)) for key, child in pairs}
            copied: Any = {key: child for key, (child, _) in below.items()}
            if isinstance(node, list):
                copied = list(copied.values())
            elif self.own is not None and str(copied.get("$ref", "")).startswith(self.own):
                copied["$ref"] = copied["$ref"].removeprefix(self.own[:-1])
            self._copies[id(node)] = (node, copied, 1 + sum(size for _, size in below.values()))
        return self._copies[id(node)][1:]

    def references(self, node: Any) -> Iterator[Location]:
        """Where the references below a copy lead, within the document."""
        waiting, known = [node], set[int]()
        while waiting:
            one = waiting.pop()
            if not isinstance(one, dict | list) or id(one) in known:
                continue
            known.add(id(one))
            if isinstance(one, dict) and isinstance(one.get("$ref"), str) and one["$ref"].startswith("#/"):
                yield ref_location(one["$ref"])
            waiting.extend(one.values() if isinstance(one, dict) else one)


def _graft(tree: dict[Any, Any], location: Location, node: Any) -> None:
    """Put a copy into the tree of what is kept, unless something around it is there already."""
    for step in location:
        if _WHOLE in tree:
            return
        tree = tree.setdefault(str(step), {})
    tree.clear()
    tree[_WHOLE] = node


def _grown(node: Any, tree: dict[Any, Any]) -> Any:
    """What is kept, at its places; lists keep their length."""
    if _WHOLE in tree:
        return tree[_WHOLE]
    if isinstance(node, list):
        return [_grown(child, tree[str(index)]) if str(index) in tree else {} for index, child in enumerate(node)]
    return {key: _grown(child, tree[key]) for key, child in node.items() if key in tree}
