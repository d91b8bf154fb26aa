"""The reports: what they show, that all show the same, and that nothing in them comes alive."""
