"""Parts of a file that a client asks for: one range of bytes, as RFC 9110 has it."""

import re

_FORM = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last that are asked for of so many.

    None where all are to be sent: nothing is asked, or not in a form that must be understood.

    Raises:
        ValueError: there is no such part.
    """
    match = _FORM.fullmatch(asked.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, end = max(size - int(match[2]), 0), size
    else:
        start, end = int(match[1]), min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= end:
        raise ValueError(f"there are {size} bytes")
    return start, end
