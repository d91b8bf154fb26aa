"""The lines of a batch's files."""
