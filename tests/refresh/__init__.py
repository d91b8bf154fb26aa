"""When the documentation changes."""
