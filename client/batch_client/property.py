"""A property by its name in JSON, wherever it stands."""

from typing import Any

from batch_client.drift import is_object


def value_of(found: Any, name: str) -> Any:
    """A property by its name in JSON, of a model that documents it or of any object; None if it is not there."""
    value = getattr(found, name, None)
    if value is None:
        wire = found if is_object(found) else getattr(found, "wire", None)
        value = wire.get(name) if is_object(wire) else None
    return value
