"""What was meant by a word that is none."""

from collections.abc import Iterable


def meant(word: str, words: Iterable[str]) -> str:
    """`; did you mean WORD?` of the likeliest, or nothing where none is likely; to stand at the end of a message."""
    from difflib import get_close_matches  # noqa: PLC0415 - only who mistypes waits for it

    found = get_close_matches(word.lower()[:80], [*words], n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""
