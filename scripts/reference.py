"""What a provider documents on pages that are not kept: `reference.yaml`, plain OpenAPI with `x-source`.

A page counts before it. Of an operation or a component that a page documents, only what OpenAPI has no words for is
taken from here: `x-limits` and `x-values`, which other sources state.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.contract import METHODS
from conformance.document import Document, Location
from conformance.openapi import find
from conformance.operations import PARAMETER_NAMES, is_parameter
from conformance.reach import reach
from conformance.references import at, pointer, resolve
from conformance.sources import REFERENCE, STATED, says_nothing

__all__ = ["REFERENCE", "add", "annotate", "beside", "name_operations", "name_parameters"]


def add(document: Any, page: Any) -> None:
    """Add the operations and components that a document does not have."""
    for path, item in page.get("paths", {}).items():
        there = document["paths"].setdefault(path, {})
        for method in METHODS:
            if method in item:
                there.setdefault(method, item[method])
    for kind, components in page.get("components", {}).items():
        there = document.setdefault("components", {}).setdefault(kind, {})
        for name, component in components.items():
            there.setdefault(name, component)


def beside(document: Any, reference: Document) -> Any:
    """The operations that no page documents, with what they reach; without what is stated of them in extensions.

    Raises:
        DocumentError: the reference is not the OpenAPI it should be.
    """
    documented = find(Document(document))
    wanted = {name: one.location for name, one in find(reference).items() if name not in documented}
    cut = reach(reference, wanted.values()).data if wanted else {}
    for location in wanted.values():
        cut_at(cut, location).pop("x-limits", None)
    components = {
        kind: {name: one for name, one in those.items() if not says_nothing(one)}
        for kind, those in cut.get("components", {}).items()
    }
    return {"paths": cut.get("paths", {}), "components": components}


def cut_at(node: Any, location: Location) -> Any:
    """What stands at a location of plain data."""
    for step in location:
        node = node[step]
    return node


def annotate(document: Any, reference: Document) -> Iterator[str]:
    """Add what the reference states in extensions, by operation and component; a line for each place that is gone."""
    here, there = find(Document(document)), find(reference)
    places = [(here[name].location, one.location) for name, one in there.items() if name in here]
    for kind, those in reference.data.get("components", {}).items():
        for name in those:
            component: Location = ("components", kind, name)
            places.append((component, component))
    for target, place in places:
        for missing in list(_stated(_get(document, target), at(reference, place), place)):
            line = reference.line(missing)
            yield f"{line}: #{pointer(missing)} is stated of what is not there; mend it, or take it out"


def _get(node: Any, location: Location) -> Any:
    for step in location:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _stated(target: Any, said: Any, place: Location) -> Iterator[Location]:
    """Add the extensions of one node and those below it."""
    for key, value in said.items() if isinstance(said, dict) else ():
        if key in STATED:
            if not isinstance(target, dict):
                yield (*place, key)
                continue
            there = target.setdefault(key, [])
            known = [_named(one) for one in there]
            there.extend(one for one in value if _named(one) not in known)
        elif isinstance(value, dict):
            yield from _stated(target.get(key) if isinstance(target, dict) else None, value, (*place, key))


def _named(stated: Any) -> Any:
    """What two statements of the same thing share: a limit's name, or a value."""
    return stated.get("name", stated.get("value")) if isinstance(stated, dict) else stated


def name_operations(document: Any) -> None:
    """Give the operations of a batch's life the names that all contracts share, whatever their pages call them."""
    for name, found in find(Document(document)).items():
        cut_at(document, found.location)["operationId"] = name


def name_parameters(document: Any) -> None:
    """Give the path parameters of these operations the names that all contracts share, and equal paths one entry."""
    whole = Document(document)
    found = list(find(whole).values())
    names = {
        one.template: (step, f"{{{PARAMETER_NAMES[one.own[0]]}}}")
        for one in found
        for step in one.own
        if is_parameter(step) and step != f"{{{PARAMETER_NAMES[one.own[0]]}}}"
    }
    for owner in {place for one in found if one.template in names for place in (one.item, one.location)}:
        old, new = names.get(str(owner[1]), ("", ""))
        for index in range(len(at(whole, owner).get("parameters", ()))):
            node = cut_at(document, resolve(whole, (*owner, "parameters", index)))
            if (node.get("in"), f"{{{node.get('name')}}}") == ("path", old):
                node["name"] = new[1:-1]
    paths = list(document["paths"].items())
    document["paths"].clear()
    for path, item in paths:
        old, new = names.get(path, ("", ""))
        there = document["paths"].setdefault(path.replace(old, new) if old else path, item)
        for key, value in item.items() if there is not item else ():
            there.setdefault(key, value)
