"""The gateway between a client and a provider, and clients that are watched."""
