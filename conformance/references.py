"""Where the references of a document lead, and what stands there."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from conformance.document import Document, DocumentError, Location


def pointer(steps: Iterable[str | int]) -> str:
    """RFC 6901 JSON Pointer of the steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def only_ref_counts(document: Document) -> bool:
    """Whether what stands beside a `$ref` does not count, as in OpenAPI 3.0."""
    return isinstance(document.data, dict) and str(document.data.get("openapi", "")).startswith("3.0")


def ref_location(ref: object) -> Location:
    """The location a local `$ref` names.

    Raises:
        DocumentError: the reference leads out of the document.
    """
    if not isinstance(ref, str) or not ref.startswith("#/"):
        raise DocumentError(f"$ref {repr(ref)[:100]}: only references within the document are followed")
    return tuple(unquote(step).replace("~1", "/").replace("~0", "~") for step in ref[2:].split("/"))


def at(document: Document, location: Location) -> Any:
    """What the document holds at a location.

    Raises:
        DocumentError: nothing is there.
    """
    node = document.data
    for step in location:
        try:
            node = node[int(step) if isinstance(node, list) else step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise DocumentError(f"#{pointer(location)}: nothing there") from None
    return node


def resolve(document: Document, location: Location) -> Location:
    """Follow `$ref`s from a location to where something is defined.

    Raises:
        DocumentError: a reference leads nowhere, out of the document, or in a circle.
    """
    seen: set[Location] = set()
    while isinstance(node := at(document, location), dict) and "$ref" in node:
        if location in seen:
            raise DocumentError(f"#{pointer(location)}: $ref in a circle")
        seen.add(location)
        location = ref_location(node["$ref"])
    return location
