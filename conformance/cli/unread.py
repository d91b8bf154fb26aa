"""What libraries log, where nobody has asked for it."""

import logging

from conformance.cli import tell


class Unread(logging.Handler):
    """Takes what libraries log and nobody reads: of an error one line, as of any other; the rest is let go."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of the error that a record has."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            tell(error)
