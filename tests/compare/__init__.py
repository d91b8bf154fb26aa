"""Contract × contract."""
