"""What the pages of one provider say against each other: values, limits, samples and fields of the same thing.

Two OpenAPI pages are held against each other where they define the same operation or component; so is what others
document of what a page documents itself, which then counts (`reference.yaml`). A rendered page names
no place in a document: its values and limits are held against whatever bears the name, its samples against the object
that has most of their fields.
"""

import contextlib
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from attrs import evolve, frozen

from conformance.contract import METHODS
from conformance.document import Document, DocumentError, Location
from conformance.drift import Breach
from conformance.openapi import find
from conformance.references import at, pointer, ref_location
from conformance.schema import PayloadSchema, json_type, schema_words
from conformance.sources import KeptPage, samples, says_nothing

RULE = "contract-pages-disagree"
NOTHING = "(nothing)"

_PROSE = frozenset({"description", "summary", "title", "example", "examples", "externalDocs", "operationId", "tags"})
_LEAST_ALIKE = 0.5
"""The share of fields that a sample and an object must have in common to be the same thing."""
_LEAST_FIELDS = 3


@frozen
class PageDisagreement:
    """A breach with the operation that it concerns, if one is named, and where the second page speaks of it."""

    breach: Breach
    operation: str | None
    spec: tuple[str, int]


def disagreements(pages: Iterable[KeptPage]) -> Iterator[PageDisagreement]:
    """Every place where two pages say different things; `expected` is what the first one says."""
    every = tuple(pages)
    documents = [page for page in every if page.is_openapi]
    rendered = [page for page in every if not page.is_openapi]
    for one, other in combinations(sorted(documents, key=lambda page: page.contract is not None), 2):
        yield from _definitions(one, other)
    for page in (page for page in documents if page.contract is None):
        for text in rendered:
            yield from _named(page, text)
            yield from _shown(page, text)
    for one, other in combinations(rendered, 2):
        yield from _limits(one, other)


def _row(
    said: tuple[Any, Any], place: str, page: KeptPage, location: Location, operation: str | None
) -> PageDisagreement:
    breach = Breach(rule=RULE, pointer=place, expected=_words(said[0]), observed=_words(said[1]))
    return PageDisagreement(breach, operation, (page.file, page.document.line(location)))


def _definitions(one: KeptPage, other: KeptPage) -> Iterator[PageDisagreement]:
    first, second = _definable(one.document), _definable(other.document)
    for key in (key for key in first if key in second):
        if other.contract is not None and says_nothing(at(other.document, second[key])):
            continue
        pages = Both((one.document, other.contract), (other.document, other.contract))
        for place, was, now in _differences(at(one.document, first[key]), at(other.document, second[key]), (), pages):
            there = (*second[key], *place)
            yield _row((was, now), pointer(there), other, there, None)


def _definable(document: Document) -> Mapping[Hashable, Location]:
    """Where a document defines operations, by name or else by place, and components."""
    data = document.data
    named = {one.location: name for name, one in find(document).items()}
    places: list[Location] = []
    for path, item in data.get("paths", {}).items():
        places += (("paths", path, method) for method in METHODS if method in item)
    for kind, components in data.get("components", {}).items():
        places += (("components", kind, name) for name in components)
    return {named.get(place, place): place for place in places}


@frozen
class Both:
    """The documents of two definitions, each with the one that holds what it does not hold itself."""

    one: tuple[Document, Document | None]
    other: tuple[Document, Document | None]
    seen: frozenset[tuple[str, str]] = frozenset()
    """Pairs of references that are being followed."""


def _followed(node: Any, documents: tuple[Document, Document | None]) -> Any:
    """What a reference leads to, in the first document that says it; anything else as it is."""
    for document in documents if isinstance(node, dict) and isinstance(node.get("$ref"), str) else ():
        if document is not None:
            with contextlib.suppress(DocumentError):
                found = at(document, ref_location(node["$ref"]))
                if not says_nothing(found):
                    return found
    return node


def _differences(
    one: Any, other: Any, place: Location, pages: Both | None = None
) -> Iterator[tuple[Location, Any, Any]]:
    """Where two definitions differ in more than prose; neither the order of lists nor names of components count."""
    if pages is not None and any(isinstance(node, dict) and "$ref" in node for node in (one, other)):
        pair = (str(_ref(one)), str(_ref(other)))
        if pair in pages.seen:
            return
        pages = evolve(pages, seen=pages.seen | {pair})
        one, other = _followed(one, pages.one), _followed(other, pages.other)
    if isinstance(one, dict) and isinstance(other, dict):
        for key in _compared(one, other, named=place[-1:] == ("properties",), merged=pages is not None):
            yield from _differences(one.get(key, NOTHING), other.get(key, NOTHING), (*place, key), pages)
    elif isinstance(one, list) and isinstance(other, list):
        one, other = ([_followed(item, side) for item in items] for items, side in _sides(one, other, pages))
        if _are_named(one) and _are_named(other):
            yield from _differences(_by_name(one), _by_name(other), place, pages)
        elif sorted(map(str, one)) != sorted(map(str, other)):
            yield place, one, other
    elif one != other:
        yield place, one, other


def _compared(one: dict[Any, Any], other: dict[Any, Any], *, named: bool, merged: bool) -> Iterator[Any]:
    """The keys that two nodes are compared by: no prose, no extensions, nothing that an overlay added."""
    for key in dict.fromkeys((*one, *other)):
        added = merged and key not in one and isinstance(other[key], dict) and "x-source" in other[key]
        if not added and (named or (key not in _PROSE and not str(key).startswith("x-"))):
            yield key


def _ref(node: Any) -> Any:
    return node.get("$ref") if isinstance(node, dict) else None


def _sides(one: list[Any], other: list[Any], pages: Both | None) -> Any:
    nowhere: tuple[()] = ()
    return ((one, pages.one if pages else nowhere), (other, pages.other if pages else nowhere))


def _are_named(items: list[Any]) -> bool:
    """Whether a list is one of parameters, or the like."""
    return bool(items) and all(isinstance(one, dict) and "name" in one for one in items)


def _by_name(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """Parameters by name; one of the path is known by its place alone."""
    named = {one["name"]: one for one in parameters if one.get("in") != "path"}
    paths = [{**one, "name": ""} for one in parameters if one.get("in") == "path"]
    return {**named, **{f"path {index}": one for index, one in enumerate(paths)}}


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return schema_words(value)
    return ", ".join(map(_words, value)) if isinstance(value, list) else "null" if value is None else str(value)[:80]


def _named(page: KeptPage, text: KeptPage) -> Iterator[PageDisagreement]:
    """Values and limits of a rendered page against what a document says of anything of that name."""
    for kind in ("values", "limits"):
        for index, entry in enumerate(text.document.data.get(kind, ())):
            places = list(_bearing(page.document.data, entry["name"]))
            for keyword, stated in entry.get("schema", {}).items():
                said = [told for place in places if (told := _told(place, keyword)) is not None]
                if said and not any(_agree(keyword, told, stated) for told in said):
                    place = pointer((entry["name"], keyword))
                    yield _row((said[0], stated), place, text, (kind, index), _operation(text))


def _operation(page: KeptPage) -> str | None:
    """The operation that a rendered page is about."""
    return next((one.operation for one in samples(page)), None)


def _bearing(node: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """The schemas of parameters and properties of a name."""
    if isinstance(node, dict):
        if node.get("name") == name and "in" in node and isinstance(node.get("schema"), dict):
            yield node["schema"]
        properties = node.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get(name), dict):
            yield properties[name]
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _bearing(child, name)


def _told(schema: Mapping[str, Any], keyword: str) -> Any:
    """What a schema says by a keyword; an example is a value too."""
    if keyword == "enum" and "enum" not in schema and isinstance(schema.get("example"), str):
        return schema["example"]
    return schema.get(keyword)


def _agree(keyword: str, told: Any, stated: Any) -> bool:
    if keyword == "enum" and isinstance(stated, list):
        return told in stated if isinstance(told, str) else set(map(str, told)) == set(map(str, stated))
    if isinstance(told, dict) and isinstance(stated, dict):
        return all(_agree(key, told[key], stated[key]) for key in told if key in stated)
    return bool(told == stated)


def _shown(page: KeptPage, text: KeptPage) -> Iterator[PageDisagreement]:
    """Samples of a rendered page against the object of a document that has most of their fields."""
    objects = list(_objects(page.document.data, ()))
    for one in samples(text):
        for path, shown in _objects_of(one.body, ()):
            alike = _alike(shown, page.document, objects)
            for name, value in shown.items():
                told = [_against(page.document, place, name, value) for place in alike]
                if told and all(told):
                    line = (*one.location, *path, name)
                    place = pointer(["*" if isinstance(step, int) else step for step in (*path, name)])
                    kind = json_type(value) if isinstance(value, dict | list) else value
                    yield _row((told[0], kind), place, text, line, one.operation)


def _objects(node: Any, location: Location) -> Iterator[Location]:
    """Where a document has a schema with properties."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and location[-1:] != ("properties",):
            yield location
        for key, child in node.items():
            yield from _objects(child, (*location, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _objects(child, (*location, index))


def _objects_of(body: Any, path: Location) -> Iterator[tuple[Location, dict[str, Any]]]:
    if isinstance(body, dict):
        yield path, body
    for key, child in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from _objects_of(child, (*path, key))


def _alike(shown: Mapping[str, Any], document: Document, objects: Iterable[Location]) -> list[Location]:
    """The objects that have most fields in common with a sample's."""
    if len(shown) < _LEAST_FIELDS:
        return []
    scores: dict[Location, float] = {}
    for location in objects:
        fields = at(document, location)["properties"].keys()
        scores[location] = len(fields & shown.keys()) / len(fields | shown.keys())
    best = max(scores.values(), default=0.0)
    return [location for location, score in scores.items() if score == best] if best >= _LEAST_ALIKE else []


def _against(document: Document, location: Location, name: str, value: Any) -> str | None:
    """What an object's schema says against a field of a sample; None where it agrees."""
    fields = at(document, location)["properties"]
    if name not in fields:
        return "no such field"
    if isinstance(value, dict | list) or (isinstance(value, str) and value.startswith("<") and value.endswith(">")):
        return None
    place = (*location, "properties", name)
    return None if PayloadSchema(document, place).validator.is_valid(value) else schema_words(fields[name])


def _limits(one: KeptPage, other: KeptPage) -> Iterator[PageDisagreement]:
    """Values and limits of the same name on two rendered pages."""
    for kind in ("values", "limits"):
        first = {entry["name"]: entry for entry in one.document.data.get(kind, ())}
        for index, entry in enumerate(other.document.data.get(kind, ())):
            if entry["name"] not in first:
                continue
            for place, was, now in _differences(first[entry["name"]], entry, ()):
                if place != ("source",):
                    there = pointer((entry["name"], *place))
                    yield _row((was, now), there, other, (kind, index), _operation(other))
