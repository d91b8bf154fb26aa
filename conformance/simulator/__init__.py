"""Batch and file servers of every provider to develop against: their documented differences, at any speed.

Names are brought in when they are first asked for: pytest loads the plugin in this package in every run, and few runs
need a server.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.simulator.faults import FAULTS, Fault, FaultError, Faults
    from conformance.simulator.profiles import PROFILES
    from conformance.simulator.replies import Reply, ReplyError
    from conformance.simulator.server import PortInUse
    from conformance.simulator.simulator import DEFAULT_KEY, Simulator, serve
    from conformance.simulator.store import StateError

__all__ = [
    "DEFAULT_KEY",
    "FAULTS",
    "PROFILES",
    "Fault",
    "FaultError",
    "Faults",
    "PortInUse",
    "Reply",
    "ReplyError",
    "Simulator",
    "StateError",
    "serve",
]

_HOMES = {
    "faults": ("FAULTS", "Fault", "FaultError", "Faults"),
    "profiles": ("PROFILES",),
    "replies": ("Reply", "ReplyError"),
    "server": ("PortInUse",),
    "simulator": ("DEFAULT_KEY", "Simulator", "serve"),
    "store": ("StateError",),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
