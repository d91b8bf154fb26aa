"""Why something broke, in words that are fit for a report."""

import traceback
from pathlib import Path

from conformance.errors import UserError


def why_broken(error: Exception) -> str:
    """Why something broke; of what nobody foresaw the text is left out, which may hold anything."""
    if isinstance(error, UserError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" at {Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    return f"{type(error).__name__}{where}, a fault of this project"
