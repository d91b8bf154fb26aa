"""Modules that are imported when they are first used.

Importing a client costs little more than importing httpx: models, retries and transfers come with the first call.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


class Lazy:
    """A module, by its full name."""

    def __init__(self, name: str) -> None:
        """Import nothing yet."""
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """From the module, which Python imports once, whatever threads ask for it."""
        return getattr(import_module(self._name), attribute)


def lazily(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__`, for names that come from modules which need not be there before they are used.

    Args:
        package: The package's name.
        names: By name, the module that has it, in full.
    """

    def get(name: str) -> Any:
        if name in names:
            return getattr(import_module(names[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return get
