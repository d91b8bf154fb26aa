"""Single edits of a contract, each with every row that a comparison must show for it, and no other."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from conformance.document import Document, Location
from conformance.references import at
from tests.compare.uses import Use, Uses, changed

Expected = frozenset[tuple[str, str, str, int | None, str]]
"""Rule, severity, operation, status, pointer."""


class Mutation(NamedTuple):
    """An edited document and what must be said of it."""

    name: str
    data: Any
    expected: Expected


B, W, I = "breaking", "warning", "info"  # noqa: E741 - as in the table's columns
TABLE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "drop-required": {
        "response": ("response-required-property-removed", B),
        "request": ("request-property-removed", W),
    },
    "drop-optional": {
        "response": ("response-optional-property-removed", W),
        "request": ("request-property-removed", W),
    },
    "add-required": {
        "response": ("response-required-property-added", I),
        "request": ("new-required-request-property", B),
    },
    "add-optional": {
        "response": ("response-optional-property-added", I),
        "request": ("new-optional-request-property", I),
    },
    "require": {
        "response": ("response-property-became-required", I),
        "request": ("request-property-became-required", B),
    },
    "unrequire": {
        "response": ("response-property-became-optional", B),
        "request": ("request-property-became-optional", I),
    },
    "nullable": {
        "response": ("response-property-became-nullable", B),
        "request": ("request-property-became-nullable", I),
    },
    "not-nullable": {
        "response": ("response-property-became-not-nullable", I),
        "request": ("request-property-became-not-nullable", B),
    },
    "retype": {
        "response": ("response-property-type-changed", B),
        "request": ("request-property-type-changed", B),
    },
    "widen": {
        "response": ("response-property-type-changed", B),
        "request": ("request-property-type-generalized", I),
    },
    "add-value": {
        "response": ("response-property-enum-value-added", B),
        "request": ("request-property-enum-value-added", I),
    },
    "remove-value": {
        "response": ("response-property-enum-value-removed", I),
        "request": ("request-property-enum-value-removed", B),
    },
    "open": {
        "response": ("response-property-enum-value-added", B),
        "request": ("request-property-enum-value-added", I),
    },
    "close": {
        "response": ("response-property-enum-value-removed", I),
        "request": ("request-property-became-enum", B),
    },
    "min-up": {
        "response": ("response-property-min-increased", I),
        "request": ("request-property-min-increased", B),
    },
    "min-down": {
        "response": ("response-property-min-decreased", B),
        "request": ("request-property-min-decreased", I),
    },
    "min-set": {
        "response": ("response-property-min-increased", I),
        "request": ("request-property-min-set", W),
    },
    "max-up": {
        "response": ("response-property-max-increased", B),
        "request": ("request-property-max-increased", I),
    },
    "max-down": {
        "response": ("response-property-max-decreased", I),
        "request": ("request-property-max-decreased", B),
    },
    "max-set": {
        "response": ("response-property-max-decreased", I),
        "request": ("request-property-max-set", W),
    },
    "pattern-set": {
        "response": ("response-property-pattern-added", I),
        "request": ("request-property-pattern-added", W),
    },
    "pattern-change": {
        "response": ("response-property-pattern-changed", I),
        "request": ("request-property-pattern-changed", W),
    },
    "pattern-drop": {
        "response": ("response-property-pattern-removed", I),
        "request": ("request-property-pattern-removed", I),
    },
    "default": {
        "response": ("response-property-default-value-changed", I),
        "request": ("request-property-default-value-changed", I),
        "parameter": ("request-parameter-default-value-changed", B),
    },
}
"""What an edit of a schema is, by the side it is used on; a parameter's schema is judged as a request's."""


def rows(kind: str, uses: list[Use], suffix: str = "") -> Expected:
    """What the table says of an edit, for each use."""
    sides = TABLE[kind]
    found = set()
    for use in uses:
        rule, severity = sides.get(use.side, sides["request"])
        found.add((rule, severity, use.operation, use.status, use.pointer + suffix))
    return frozenset(found)


def mutations(data: Any) -> Iterator[Mutation]:
    """Every edit of the catalogue, at every place of a contract where it can be made."""
    uses = Uses(data)
    old = data["openapi"].startswith("3.0")
    for location, node, places in uses.schemas():
        for name, edit, expected in schema_edits(node, places, old=old):
            copy = changed(data)
            edit(at(Document(copy), location))
            yield Mutation(f"{name} {'/'.join(map(str, location))}", copy, expected)
    for (location, name), places in uses.owners.items():
        for label, edit, expected in field_edits(name, places):
            copy = changed(data)
            edit(at(Document(copy), location))
            yield Mutation(f"{label} {'/'.join(map(str, location))}/{name}", copy, expected)
    yield from operation_edits(data)


Edit = tuple[str, Callable[[Any], None], Expected]


def field_edits(name: str, places: list[Use]) -> Iterator[Edit]:
    """Edits of an object that concern one of its fields."""
    required = places[0].required

    def drop(node: Any) -> None:
        del node["properties"][name]
        if required:
            node["required"].remove(name)

    def rename(node: Any) -> None:
        node["properties"] = {f"{key}_x" if key == name else key: one for key, one in node["properties"].items()}
        if required:
            node["required"][node["required"].index(name)] = f"{name}_x"

    def toggle(node: Any) -> None:
        node["required"] = [one for one in node.get("required", ()) if one != name] + ([] if required else [name])

    kind = "required" if required else "optional"
    gone = rows(f"drop-{kind}", places)
    new = frozenset((*row[:4], f"{row[4]}_x") for row in rows(f"add-{kind}", places))
    yield "drop", drop, gone
    yield "rename", rename, gone | new
    yield "toggle", toggle, rows("unrequire" if required else "require", places)


_KEYWORDS = (
    *("enum", "const", "format", "pattern", "default", "example", "properties", "required", "items", "propertyNames"),
    *("additionalProperties", "minimum", "maximum", "minLength", "maxLength", "maxProperties"),
)


def schema_edits(node: Any, places: list[Use], *, old: bool) -> Iterator[Edit]:  # noqa: C901 - a list of edits
    """Edits of one schema."""
    kinds = [node["type"]] if isinstance(node.get("type"), str) else list(node.get("type", ()))
    plain = [kind for kind in kinds if kind != "null"]
    nullable = "null" in kinds or node.get("nullable") is True
    values = node.get("enum", [node["const"]] if "const" in node else None)
    if "properties" in node:
        for required in (True, False):

            def add(schema: Any, required: bool = required) -> None:  # noqa: FBT001 - bound in the loop
                schema["properties"]["brand_new"] = {"type": "string"}
                schema["required"] = [*schema.get("required", ()), *(["brand_new"] if required else [])]

            yield "add", add, rows("add-required" if required else "add-optional", places, "/brand_new")
    if not plain:
        return

    def write_types(schema: Any, types: list[str], *, null: bool) -> None:
        if old:
            schema["type"] = types[0]
            schema["nullable"] = null
        else:
            schema["type"] = [*types, *(["null"] if null else [])]

    def flip(schema: Any) -> None:
        write_types(schema, plain, null=not nullable)
        if "enum" in schema:
            schema["enum"] = [one for one in schema["enum"] if one is not None] + ([] if nullable else [None])

    other = "boolean" if plain[0] != "boolean" else "string"

    def retype(schema: Any) -> None:
        for keyword in _KEYWORDS:
            schema.pop(keyword, None)
        write_types(schema, [other], null=nullable)

    if "const" not in node:
        yield "nullable", flip, rows("not-nullable" if nullable else "nullable", places)
    yield "retype", retype, rows("retype", places)
    if not old and values is None:
        yield "widen", lambda schema: write_types(schema, [*plain, other], null=nullable), rows("widen", places)
    if values is not None:
        yield from _value_edits(node, values, places)
    elif plain == ["string"]:
        closed = ["a", "b", *([None] if nullable and not old else [])]
        yield "close", lambda schema: schema.update(enum=closed), rows("close", places)
        how = "pattern-change" if "pattern" in node else "pattern-set"
        yield "pattern", lambda schema: schema.update(pattern="^never$"), rows(how, places)
        if "pattern" in node:
            yield "no pattern", lambda schema: schema.pop("pattern"), rows("pattern-drop", places)
    yield from _bound_edits(node, plain, places)
    if values is None:
        yield "default", lambda schema: schema.update(default="another"), rows("default", places)


def _value_edits(node: Any, values: list[Any], places: list[Use]) -> Iterator[Edit]:
    def more(schema: Any) -> None:
        schema.pop("const", None)
        schema["enum"] = [*values, "brand_new"]

    def other(schema: Any) -> None:
        schema.pop("const", None)
        schema["enum"] = ["brand_new", *values[1:]]

    def any_value(schema: Any) -> None:
        schema.pop("const", None)
        schema.pop("enum", None)

    yield "one more value", more, rows("add-value", places)
    yield "another value", other, rows("add-value", places) | rows("remove-value", places)
    if "type" in node:
        yield "any value", any_value, rows("open", places)


def _bound_edits(node: Any, plain: list[str], places: list[Use]) -> Iterator[Edit]:
    for keyword, side in (("minimum", "min"), ("maximum", "max"), ("maxLength", "max"), ("maxProperties", "max")):
        if keyword in node:
            was = node[keyword]
            yield f"{keyword} up", _setter(keyword, was + 1), rows(f"{side}-up", places)
            yield f"{keyword} down", _setter(keyword, was - 1), rows(f"{side}-down", places)
            gone = "min-down" if side == "min" else "max-up"
            yield f"no {keyword}", lambda schema, key=keyword: schema.pop(key), rows(gone, places)
        elif plain == ["integer"] and keyword in {"minimum", "maximum"}:
            yield f"new {keyword}", _setter(keyword, 7), rows(f"{side}-set", places)


def _setter(keyword: str, value: int) -> Callable[[Any], None]:
    return lambda schema: schema.update({keyword: value})


def operation_edits(data: Any) -> Iterator[Mutation]:
    """Edits of operations, their parameters, bodies and responses."""
    for path, item in data["paths"].items():
        for method in item:
            yield from _operation(data, ("paths", path, method), item[method])
    copy = changed(data)
    copy["paths"]["/batches/{batch_id}/retry"] = {"post": {"responses": {"200": {"description": ""}}}}
    yield Mutation("an operation that is none of a batch's life", copy, frozenset())


def _operation(data: Any, location: Location, node: Any) -> Iterator[Mutation]:  # noqa: C901 - a list of edits
    name = node["operationId"]

    def edited(label: str, edit: Callable[[Any], object], *expected: tuple[str, str, int | None, str]) -> Mutation:
        copy = changed(data)
        edit(at(Document(copy), location))
        rules = frozenset((rule, severity, name, status, pointer) for rule, severity, status, pointer in expected)
        return Mutation(f"{label}: {name}", copy, rules)

    gone = changed(data)
    del gone["paths"][location[1]][location[2]]
    yield Mutation(f"gone: {name}", gone, frozenset({("api-removed-without-deprecation", B, name, None, "")}))
    secured = [{"bearerAuth": []}] in (node.get("security"), data.get("security") if "security" not in node else None)
    security = ("api-security-removed" if secured else "api-security-added", I, None, "")
    yield edited("security", lambda one: one.update(security=[] if secured else [{"bearerAuth": []}]), security)
    for status in node["responses"]:
        success = "success" if status.startswith("2") else "non-success"
        removed = (f"response-{success}-status-removed", B if success == "success" else I, int(status), "")
        yield edited(f"no {status}", lambda one, status=status: one["responses"].pop(status), removed)
        if "content" in node["responses"][status]:
            (media, content), *_ = node["responses"][status]["content"].items()

            def retyped(one: Any, status: str = status, content: Any = content) -> None:
                one["responses"][status]["content"] = {"application/problem+json": content}

            yield edited(
                f"{status} is no {media}",
                retyped,
                ("response-media-type-removed", B, int(status), ""),
                ("response-media-type-added", I, int(status), ""),
            )
    for status, rule in (("299", "response-success-status-added"), ("418", "response-non-success-status-added")):
        added = {status: {"description": ""}}
        yield edited(status, lambda one, added=added: one["responses"].update(added), (rule, I, int(status), ""))
    for index, parameter in enumerate(node.get("parameters", ())):
        if "$ref" not in parameter:
            pointer, required = f"/{parameter['name']}", parameter.get("required", False)
            removed = ("request-parameter-removed", W, None, pointer)
            yield edited(f"no {pointer}", lambda one, index=index: one["parameters"].pop(index), removed)

            def toggle(one: Any, index: int = index, required: bool = required) -> None:  # noqa: FBT001 - bound in the loop
                one["parameters"][index]["required"] = not required

            rule = "request-parameter-became-optional" if required else "request-parameter-became-required"
            yield edited(f"toggle {pointer}", toggle, (rule, I if required else B, None, pointer))
    for required, rule in ((True, "new-required-request-parameter"), (False, "new-optional-request-parameter")):
        new = {"name": "brand_new", "in": "query", "required": required, "schema": {"type": "string"}}

        def add(one: Any, new: Any = new) -> None:
            one["parameters"] = [*one.get("parameters", ()), new]

        yield edited(f"a parameter, {required=}", add, (rule, B if required else I, None, "/brand_new"))
    if "requestBody" in node:
        required = node["requestBody"].get("required", False)
        rule = "request-body-became-optional" if required else "request-body-became-required"
        yield edited(
            "body",
            lambda one: one["requestBody"].update(required=not required),
            (rule, I if required else B, None, ""),
        )
