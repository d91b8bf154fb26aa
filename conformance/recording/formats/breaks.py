"""What is raised where a recording of any form cannot be read further."""


class BreaksOffError(Exception):
    """The rest of a recording cannot be read: from which byte on, and why, in a few words."""

    def __init__(self, offset: int, reason: str) -> None:
        """Say so."""
        super().__init__(reason)
        self.offset = offset
        self.reason = reason
