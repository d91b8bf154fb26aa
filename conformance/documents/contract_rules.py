"""What a contract says against itself: examples, defaults, what its client loses, where it says too little.

The contract is looked at as it stands in `specs/`, and so is each page that it was built from, as published: a defect
that an overlay mends is still the provider's.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from conformance.checks.complaints import Complaint, complaints
from conformance.contract import Contract, Operation
from conformance.document import Document, Location
from conformance.documents.page_rules import disagreements
from conformance.drift import Breach, Drift, Identity, Sightings
from conformance.impact.loss import client_loss
from conformance.masking import shown_word
from conformance.references import at, pointer, resolve
from conformance.schema import PayloadSchema, json_type, schema_words
from conformance.sources import KeptPage, Sample, pages, samples

WORDS_OF_STATE = frozenset({"status"})
"""Properties whose values a client must tell apart: a bare string says too little."""

_Row = tuple[Identity, Breach, tuple[str, int]]
"""With the file and line that speak of it."""

_PLACEHOLDER = ("<", ">")
_KEYWORDS: Mapping[str, str] = {"default": "contract-default-mismatch", "example": "contract-example-mismatch"}


@cache
def check_contract(contract: Contract) -> tuple[Drift, ...]:
    """Everything that a contract and its published pages say against themselves.

    Raises:
        DocumentError: a kept page cannot be read.
    """
    sightings: dict[Identity, Sightings] = {}
    specs: dict[Identity, tuple[str, int]] = {}
    for identity, breach, spec in _rows(contract):
        if identity in sightings:
            sightings[identity].add(breach, None)
        else:
            sightings[identity], specs[identity] = Sightings.of(breach, None), spec
    return tuple(one.drift(identity, specs[identity]) for identity, one in sightings.items())


def _rows(contract: Contract) -> Iterator[_Row]:
    yield from _keywords(contract, contract.document, contract.file)
    for operation in contract.operations.values():
        yield from _blind_spots(contract, operation)
        for breach in client_loss(contract, operation):
            yield _row(contract, breach, operation.name, (contract.file, contract.line(breach.location)))
    published = tuple(pages(contract.name))
    for told in disagreements(published):
        yield _row(contract, told.breach, told.operation, told.spec)
    for page in (page for page in published if page.contract is None):  # what others document stands in the contract
        yield from _keywords(contract, page.document, page.file) if page.is_openapi else _samples(contract, page)


def _row(
    contract: Contract, breach: Breach, operation: str | None, spec: tuple[str, int], status: int | None = None
) -> _Row:
    return Identity(None, contract.name, operation, status, breach.pointer, breach.rule, breach.value), breach, spec


def _keywords(contract: Contract, document: Document, file: str) -> Iterator[_Row]:
    """Defaults and examples that their own schema refuses."""
    for location in _schemas(document.data, ()):
        node = at(document, location)
        schema = PayloadSchema(document, location)
        for keyword, rule in _KEYWORDS.items():
            if keyword in node and not schema.validator.is_valid(node[keyword]):
                breach = Breach(
                    rule=rule,
                    pointer=pointer((*location, keyword)),
                    expected=schema_words(node),
                    observed=_shown(node[keyword]),
                    location=(*location, keyword),
                )
                yield _row(contract, breach, None, (file, document.line(breach.location)))


def _schemas(node: Any, location: Location) -> Iterator[Location]:
    """Where a document holds schemas with a default or an example."""
    if isinstance(node, dict):
        typed = "type" in node or "enum" in node
        if typed and location and location[-1] != "properties" and any(keyword in node for keyword in _KEYWORDS):
            yield location
        for key, child in node.items():
            if key not in {"example", "examples", "default", "enum", "const"}:
                yield from _schemas(child, (*location, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _schemas(child, (*location, index))


def _samples(contract: Contract, page: KeptPage) -> Iterator[_Row]:
    """Samples of a rendered page that the contract refuses; a placeholder in angle brackets stands for any value."""
    for sample in samples(page):
        operation = contract.operations.get(sample.operation)
        schema = _schema_of(operation, sample) if operation else None
        if schema is None:
            continue
        for path, complaint in complaints(sample.body, schema)[0].items():
            if _is_placeholder(complaint.value):
                continue
            place = schema.place(path)
            breach = Breach(
                rule="contract-example-mismatch",
                pointer=place.pointer,
                expected=_expected(schema, complaint),
                observed=_observed(complaint),
                location=place.location,
            )
            line = page.document.line((*sample.location, *path))
            yield _row(contract, breach, sample.operation, (page.file, line), sample.status)


def _schema_of(operation: Operation, sample: Sample) -> PayloadSchema | None:
    if sample.kind == "request":
        return operation.body
    response = operation.response(sample.status or 200)
    return response.schema if response else None


def _is_placeholder(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_PLACEHOLDER[0]) and value.endswith(_PLACEHOLDER[1])


def _expected(schema: PayloadSchema, complaint: Complaint) -> str:
    place = schema.place(complaint.path)
    return schema_words(schema.node(place)) if place.documented else "no such field"


def _observed(complaint: Complaint) -> str:
    return "(missing)" if complaint.rule == "response-required-property-missing" else _shown(complaint.value)


def _shown(value: object) -> str:
    """A value of a page: what is published is no secret."""
    return (
        json_type(value) if isinstance(value, dict | list) else value if isinstance(value, str) else shown_word(value)
    )


def _blind_spots(contract: Contract, operation: Operation) -> Iterator[_Row]:
    """Where the contract of a success says so little that no check can find drift."""
    for key, response in operation.responses.items():
        if not key.startswith("2") or response.schema is None:
            continue
        schema = response.schema
        whole = schema.place(())
        for place in (whole, *schema.places()):
            location = resolve(contract.document, place.location)
            for reason in _says_too_little(at(contract.document, location), place.pointer.rpartition("/")[2]):
                breach = Breach(
                    rule="contract-blind-spot",
                    pointer=place.pointer,
                    expected=reason,
                    observed=schema_words(at(contract.document, location)),
                    location=location,
                )
                status = int(key) if key.isdecimal() else None
                yield _row(contract, breach, operation.name, (contract.file, contract.line(location)), status)


def _says_too_little(node: Any, name: str) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    kinds = _kinds(node.get("type"))
    if name in WORDS_OF_STATE and "string" in kinds and not node.keys() & {"enum", "const"}:
        yield "a closed list of values"
    if "object" in kinds and not node.keys() & {"properties", "additionalProperties", "allOf", "anyOf", "oneOf"}:
        yield "properties"
    if node.get("properties") and not node.get("required"):
        yield "required properties"


def _kinds(kinds: str | Iterable[str] | None) -> tuple[str, ...]:
    return (kinds,) if isinstance(kinds, str) else tuple(kinds or ())
