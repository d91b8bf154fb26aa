"""What holds unless a caller says otherwise."""

import httpx

Timeout = float | httpx.Timeout | None
"""Seconds for each wait on the network, or one number for each kind of wait; None waits for ever."""

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
RETRIES = 2
WAIT = 86_400.0
"""How long to wait for a batch, in seconds: the usual completion window."""
