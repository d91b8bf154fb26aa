"""The checks, tried on servers that are wrong in one way each, and on right ones."""
