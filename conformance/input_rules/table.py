"""The rules of each provider, as its contract states them, and what it is called to break one."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import Factory, frozen

from conformance.contract import Contract, ContractError, load
from conformance.input_rules.limits import HOURS, hours, limits, size, words_of
from conformance.input_rules.words import short
from conformance.json_schema import allows_null
from conformance.providers import PROVIDERS


@frozen
class InputRules:
    """One provider's rules. Sizes in bytes, windows in hours; None or nothing: no documented bound."""

    provider: str
    max_bytes: int | None = None
    max_lines: int | None = None
    max_files: int | None = None
    window_hours: tuple[int, int] | None = None
    window_units: Mapping[str, int] = HOURS
    """Hours in each unit that a window may be written in."""
    window_forms: str = ""
    """How windows are written, or all that there are."""
    windows: frozenset[str] | None = None
    """All windows that there are."""
    line_fields: frozenset[str] = frozenset()
    """What a line must have besides `custom_id` and `body`."""
    models: tuple[str, ...] = ()
    """Some models that there are."""
    model_required: bool = False
    one_model: bool = False
    """Whether all lines of a file name the same model."""
    roles: frozenset[str] | None = None
    last_role: str | None = None
    refused_parameters: frozenset[str] = frozenset()
    allowed_parameters: frozenset[str] = frozenset()
    """What lines may set although it means nothing to a batch."""
    codes: Mapping[str, str] = Factory(dict)
    """What the provider's own server calls the breach of a rule, by ours."""
    extension: str = ""
    batch_purpose: str = "batch"
    """What a batch's input is uploaded for."""
    endpoints: tuple[str, ...] = ()
    """What a batch's requests may be for."""
    metadata_null: bool = False
    metadata_pairs: int | None = None
    metadata_key: int | None = None
    metadata_value: int | None = None


def input_rules(provider: str, contract: Contract) -> InputRules:
    """The rules that a contract states.

    Raises:
        ContractError: its `x-limits` are not as they should be.
    """
    stated = limits(contract)
    create = contract.operations.get("create_batch")
    body = create.body if create else None
    upload = contract.operations.get("upload_file")
    purposes = words_of(upload.body if upload else None, "purpose").get("enum", ())
    endpoint, window = words_of(body, "endpoint"), words_of(body, "completion_window")

    def value(name: str, fits: Callable[[Any], bool], expected: str) -> Any:
        found = stated.get(name, {}).get("value")
        if found is not None and not fits(found):
            raise ContractError(f"{contract.file}: x-limits: {name}: {expected} is expected, not {short(found)}")
        return found

    for bound in ("minimum", "maximum"):
        found = stated.get("completion_window", {}).get(bound)
        if found is not None and hours(found) is None:
            expected = f"a {bound} like 12h or 7d is expected"
            raise ContractError(f"{contract.file}: x-limits: completion_window: {expected}, not {short(found)}")

    return InputRules(
        provider=provider,
        max_bytes=size(value("file_size", lambda one: size(one) is not None, "a size like 100MB")),
        max_lines=value("file_lines", _is_count, "a number"),
        max_files=value("files_per_organization", _is_count, "a number"),
        **_window(stated.get("completion_window", {}), window),
        line_fields=frozenset(value("line_fields", _are_names, "a list of names") or ()),
        models=tuple(value("models", _are_names, "a list of names") or ()),
        model_required=value("model_accessible", _is_flag, "true or false") is True,
        one_model=value("one_model", _is_flag, "true or false") is True,
        roles=frozenset(roles) if (roles := value("roles", _are_names, "a list of names")) else None,
        last_role=value("last_message_role", _is_name, "a name"),
        refused_parameters=frozenset(value("fixed_parameters", _are_names, "a list of names") or ()),
        allowed_parameters=frozenset(value("allowed_parameters", _are_names, "a list of names") or ()),
        codes=value("error_codes", _are_codes, "a mapping of rules to codes") or {},
        extension=value("file_format", _is_name, "an ending like .jsonl") or "",
        batch_purpose=next((one for one in purposes if str(one).lower().startswith("batch")), "batch"),
        endpoints=tuple(one for one in endpoint.get("enum", [endpoint.get("const")]) if isinstance(one, str)),
        **_metadata(stated, words_of(body, "metadata")),
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_name, value))


def _are_codes(value: Any) -> bool:
    return isinstance(value, dict) and _are_names(list(value.values())) and value.keys() <= OFFENCES.keys()


def _window(stated: Mapping[str, Any], documented: Mapping[str, Any]) -> dict[str, Any]:
    shortest, longest = hours(stated.get("minimum")), hours(stated.get("maximum"))
    if shortest is None or longest is None:
        closed = [str(one) for one in documented.get("enum", ()) if one is not None]
        return {"windows": frozenset(closed), "window_forms": ", ".join(closed)} if closed else {}
    named = stated.get("formats")
    forms = [str(one) for one in named if hours(one)] if isinstance(named, list) else []
    units = {form[-1] for form in forms} or set(HOURS)
    return {
        "window_hours": (shortest, longest),
        "window_units": {unit: HOURS[unit] for unit in HOURS if unit in units},
        "window_forms": ", ".join(forms or (str(stated["minimum"]), str(stated["maximum"]))),
    }


def _metadata(stated: Mapping[str, Any], documented: Mapping[str, Any]) -> dict[str, Any]:
    schemas = [documented, *(one.get("schema") for name, one in stated.items() if name.startswith("metadata"))]

    def bound(*path: str) -> int | None:
        outer, *inner = path
        for schema in schemas:
            found = schema.get(outer) if isinstance(schema, dict) else None
            for step in inner:
                found = found.get(step) if isinstance(found, dict) else None
            if isinstance(found, int):
                return found
        return None

    return {
        "metadata_null": allows_null(documented) or "null" in documented.get("type", ()),
        "metadata_pairs": bound("maxProperties"),
        "metadata_key": bound("propertyNames", "maxLength"),
        "metadata_value": bound("additionalProperties", "maxLength"),
    }


class _Rules(dict[str, InputRules]):
    """The rules of the providers, each read from its contract when it is first asked for."""

    def __missing__(self, provider: str) -> InputRules:
        self[provider] = rules = input_rules(provider, load(PROVIDERS[provider].contract))
        return rules


RULES = _Rules()
"""The rules by provider."""

OFFENCES: Mapping[str, str] = {
    "file-extension": "The file's name ends in .jsonl.",
    "file-empty": "The file has at least one line.",
    "file-too-large": "The file is no larger than the provider takes.",
    "line-count": "The file has no more lines than the provider takes.",
    "file-not-utf8": "The file is UTF-8.",
    "file-not-lines": "The file has an object a line: it is no JSON array, and no object is spread over lines.",
    "line-blank": "No line is blank.",
    "line-not-json": "Every line is JSON, in UTF-8.",
    "line-not-object": "Every line is a JSON object.",
    "custom-id-missing": "Every line has a custom_id, a string that is not empty.",
    "custom-id-repeated": "No custom_id stands twice in a file.",
    "method-not-post": "method is POST.",
    "url-wrong": "url is the endpoint of the batch.",
    "body-missing": "Every line has a body, a JSON object.",
    "model-missing": "Every body names its model.",
    "model-mixed": "All lines of a file name the same model.",
    "model-unknown": "The model exists.",
    "messages-missing": "Every body has messages, an array that is not empty.",
    "message-role": "Every message is an object with a role that the provider takes.",
    "last-message-role": "The last message is the user's.",
    "parameter-refused": "No parameter is set that the provider does not let callers set.",
}
"""The rules by id, each in one sentence."""

REMARKS: Mapping[str, str] = {
    "stream-set": "stream is set, which means nothing to a batch; nothing says that it may be.",
    "key-repeated": "A key stands twice in an object: of its values another reader may take the other one.",
}
"""What is said of a line and fails no file, by id, each in one sentence."""
