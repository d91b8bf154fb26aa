"""The rules for what is asked for when a batch is created."""

import re

from conformance.input_rules.table import RULES
from conformance.input_rules.words import kind, short


def window_hours(window: object, provider: str) -> int | None:
    """The hours of a `completion_window` that the provider takes; None of any other."""
    rules = RULES[provider]
    units = "".join(rules.window_units)
    match = re.fullmatch(rf"([1-9][0-9]{{0,3}})([{units}])", window) if isinstance(window, str) else None
    hours = int(match[1]) * rules.window_units[match[2]] if match else 0
    shortest, longest = rules.window_hours
    return hours if shortest <= hours <= longest else None


def window_offence(window: object, provider: str) -> str | None:
    """What is wrong with a `completion_window`, in one line; None if nothing is."""
    if window_hours(window, provider) is not None:
        return None
    rules = RULES[provider]
    shortest, longest = rules.window_hours
    return (
        f"completion_window must be from {shortest} to {longest} hours, like {rules.window_forms}; not {short(window)}"
    )


def metadata_offence(metadata: object, provider: str) -> str | None:
    """What is wrong with a batch's `metadata`, in one line; None if nothing is."""
    rules = RULES[provider]
    if not isinstance(metadata, dict):
        return f"metadata must be an object, not {kind(metadata)}"
    if len(metadata) > rules.metadata_pairs:
        return f"metadata has {len(metadata)} pairs, at most {rules.metadata_pairs}"
    for key, value in metadata.items():
        if len(key) > rules.metadata_key:
            return f"metadata key {short(key)} has {len(key)} characters, at most {rules.metadata_key}"
        if not isinstance(value, str):
            return f"metadata {short(key)} must be a string, not {kind(value)}"
        if len(value) > rules.metadata_value:
            return f"metadata {short(key)} has {len(value)} characters, at most {rules.metadata_value}"
    return None
