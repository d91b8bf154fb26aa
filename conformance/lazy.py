"""Modules that are imported when they are first used: a command waits for nothing that it does not need."""

from importlib import import_module
from typing import Any


class Lazy:
    """A module, by its full name."""

    def __init__(self, name: str) -> None:
        """Import nothing yet."""
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """From the module, which Python imports once."""
        return getattr(import_module(self._name), attribute)
