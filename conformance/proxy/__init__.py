"""The `proxy` command: a gateway on this machine between any client and a provider, which judges what passes."""

from conformance.proxy.run import ProxyOptions, run

__all__ = ["ProxyOptions", "run"]
