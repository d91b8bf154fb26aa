"""What typed clients make of what was received."""
