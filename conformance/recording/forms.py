"""What stands for a string: a pseudonym, in a form that is judged as the string was."""

import re
from collections.abc import Iterable, Iterator

from attrs import define

from conformance.pseudonyms import Pseudonyms, alike
from conformance.recording.spots import Check

FILE_NAMES = frozenset({"filename", "file_name"})
"""Properties that hold a file's name; of folders before it nothing stays."""

_ENDING = ".jsonl"
"""What a batch's files end in, by every contract."""


@define(eq=False)
class Forms:
    """Pseudonyms, readable ones or such as can be judged. `examples` are ids that a contract writes down: they stay."""

    names: Pseudonyms
    readable: bool
    open_ids: bool
    examples: frozenset[str]
    _asked: tuple[Check, ...]
    """What schemas ask of ids, anywhere: an id has one pseudonym everywhere."""

    def reference(self, text: str) -> str:
        """What stands for an id, in a body and in a URL alike."""
        return text if self.open_ids or text in self.examples else self.stand_in(text, self._asked)

    def file_name(self, text: str) -> str:
        """What stands for a file's name, in a request and in an answer alike."""
        last = re.split(r"[/\\]", text)[-1] or text
        ending = _ENDING if last.endswith(_ENDING) and not self.readable else ""
        return self.stand_in(last, ()) + ending

    def stand_in(self, text: str, checks: Iterable[Check]) -> str:
        """What stands for any other string: as long at least, and kept or not kept by the same schemas."""
        if self.readable:
            return self.names.short(text)
        plain = self.names.long(text)
        asked = [(check, check(text)) for check in checks]
        if all(check(plain) == kept for check, kept in asked):
            return plain
        for form in _forms(text, self.names.digest(text)):
            if all(check(form) == kept for check, kept in asked):
                return form
        return plain


def _forms(text: str, digest: str) -> Iterator[str]:
    """Forms that a schema may ask for: a length, a `format`, a `pattern`."""
    yield (digest * (len(text) // len(digest) + 1))[: len(text)]
    yield f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
    yield f"https://{digest[:32]}.invalid/"
    yield f"{digest[:32]}@masked.invalid"
    yield from ("2000-01-01T00:00:00Z", "2000-01-01", "00:00:00Z", "P1D", "192.0.2.1", "2001:db8::1")
    yield f"{digest[:32]}.invalid"
    yield alike(text, digest)
    for match in re.finditer(r"[_.:/-]", text[:40]):
        yield text[: match.end()] + alike(text[match.end() :], digest)
