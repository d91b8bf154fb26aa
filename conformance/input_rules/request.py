"""The rules for what is asked for when a batch is created."""

from collections.abc import Iterator

from conformance.input_rules.limits import hours
from conformance.input_rules.table import RULES, InputRules
from conformance.input_rules.words import kind, short


def window_hours(window: object, provider: str) -> int | None:
    """The hours of a `completion_window` that the provider takes; None of any other."""
    rules = RULES[provider]
    length = hours(window) if isinstance(window, str) else None
    if rules.windows is not None:
        return length if window in rules.windows else None
    if rules.window_hours is None:
        return length
    shortest, longest = rules.window_hours
    fits = length is not None and str(window)[-1] in rules.window_units and shortest <= length <= longest
    return length if fits else None


def window_offence(window: object, provider: str) -> str | None:
    """What is wrong with a `completion_window`, in one line; None if nothing is."""
    if window_hours(window, provider) is not None:
        return None
    rules = RULES[provider]
    if rules.window_hours is None:
        expected = f"one of {rules.window_forms}" if rules.windows else "hours or days, like 24h"
    else:
        expected = "from {} to {} hours, like {}".format(*rules.window_hours, rules.window_forms)
    return f"completion_window must be {expected}; not {short(window)}"


def metadata_offence(metadata: object, provider: str) -> str | None:
    """What is wrong with a batch's `metadata`, in one line; None if nothing is."""
    rules = RULES[provider]
    if metadata is None and rules.metadata_null:
        return None
    if not isinstance(metadata, dict):
        return f"metadata must be an object, not {kind(metadata)}"
    return next(_metadata_offences(metadata, rules), None)


def _metadata_offences(metadata: dict[str, object], rules: InputRules) -> Iterator[str]:
    if rules.metadata_pairs is not None and len(metadata) > rules.metadata_pairs:
        yield f"metadata has {len(metadata)} pairs, at most {rules.metadata_pairs}"
    for key, value in metadata.items():
        if rules.metadata_key is not None and len(key) > rules.metadata_key:
            yield f"metadata key {short(key)} has {len(key)} characters, at most {rules.metadata_key}"
        if not isinstance(value, str):
            yield f"metadata {short(key)} must be a string, not {kind(value)}"
        elif rules.metadata_value is not None and len(value) > rules.metadata_value:
            yield f"metadata {short(key)} has {len(value)} characters, at most {rules.metadata_value}"
