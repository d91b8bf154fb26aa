"""Modules that are imported when they are first used.

Importing a client costs little more than importing httpx: models, endpoints and retries come with the first client
that is made.
"""

from importlib import import_module
from typing import Any


class Lazy:
    """A module of this package, by its name in it."""

    def __init__(self, name: str) -> None:
        """Import nothing yet."""
        self._name = f"{__package__}.{name}"

    def __getattr__(self, attribute: str) -> Any:
        """From the module, which Python imports once, whatever threads ask for it."""
        return getattr(import_module(self._name), attribute)
