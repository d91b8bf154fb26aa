"""The keys that are no secrets."""

SIMULATOR_KEY = "sk-sim"
"""What a simulator accepts unless it is told another."""
WRONG_KEY = "sk-wrong-0000000000000000"
"""What the probes send where a wrong key is wanted."""
