"""A provider is a record and a contract: those that come with the project, and one that nobody here knows."""
