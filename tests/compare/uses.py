"""Where each schema of a contract is used: found by reading the document, not by the code under test."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

from conformance.contract import METHODS, Contract, is_json
from conformance.document import Document, Location
from conformance.references import at, resolve


class Use(NamedTuple):
    """One place in one payload where a schema holds."""

    side: str
    operation: str
    status: int | None
    pointer: str
    required: bool = True


def contract(data: Any, name: str = "old") -> Contract:
    """A contract from data, without a file."""
    return Contract(name, f"{name}.yaml", Document(data))


def changed(data: Any) -> Any:
    """A copy to change."""
    return deepcopy(data)


class Uses:
    """All uses of all schemas of a contract, by where a schema is defined."""

    def __init__(self, data: Any) -> None:
        """Read the whole document."""
        self.document = Document(data)
        self.found: dict[Location, list[Use]] = {}
        self.owners: dict[tuple[Location, str], list[Use]] = {}
        for path, item in data["paths"].items():
            for method in METHODS:
                if method in item:
                    self._operation(("paths", path, method), item[method]["operationId"])

    def _operation(self, location: Location, name: str) -> None:
        node = at(self.document, location)
        for index in range(len(node.get("parameters", ()))):
            place = resolve(self.document, (*location, "parameters", index))
            pointer = f"/{at(self.document, place)['name']}"
            self._schema((*place, "schema"), Use("parameter", name, None, pointer), frozenset())
        if "requestBody" in node:
            body = resolve(self.document, (*location, "requestBody"))
            for media in at(self.document, body)["content"]:
                self._schema((*body, "content", media, "schema"), Use("request", name, None, ""), frozenset())
        for status in node["responses"]:
            response = resolve(self.document, (*location, "responses", status))
            for media, content in at(self.document, response).get("content", {}).items():
                if "schema" in content and is_json(media):
                    use = Use("response", name, int(status), "")
                    self._schema((*response, "content", media, "schema"), use, frozenset())

    def _schema(self, location: Location, use: Use, above: frozenset[Location]) -> None:
        location = resolve(self.document, location)
        node = at(self.document, location)
        if location in above or not isinstance(node, dict):
            return
        self.found.setdefault(location, []).append(use)
        for name in node.get("properties", {}):
            inner = use._replace(pointer=f"{use.pointer}/{name}", required=name in node.get("required", ()))
            self.owners.setdefault((location, name), []).append(inner)
            self._schema((*location, "properties", name), inner, above | {location})
        for keyword in ("items", "additionalProperties"):
            if isinstance(node.get(keyword), dict):
                inner = use._replace(pointer=f"{use.pointer}/*", required=False)
                self._schema((*location, keyword), inner, above | {location})
        for keyword in ("anyOf", "oneOf", "allOf"):
            assert keyword not in node, "the contracts compose nothing; if one does, this has to read it"

    def schemas(self) -> Iterator[tuple[Location, Any, list[Use]]]:
        """Each schema with its uses."""
        for location, uses in self.found.items():
            yield location, at(self.document, location), uses
