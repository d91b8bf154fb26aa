"""The `proxy` command: a gateway on this machine between any client and a provider, which judges what passes."""

from conformance.proxy.run import Options, run

__all__ = ["Options", "run"]
