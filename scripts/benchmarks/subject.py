"""Whose contract, simulator and traffic are measured: the first provider that has a client."""

from conformance.providers import PROVIDERS

SUBJECT = next(one for one in PROVIDERS.values() if one.client)
