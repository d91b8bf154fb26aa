"""Whether every request has its answer."""
