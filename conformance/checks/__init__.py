"""Exchange and contract in, drift out: pure functions, no network."""
