"""Every word of a report, in every language: one catalogue."""

from typing import Literal, TypeAlias

from attrs import frozen

from conformance.report.words.changes import CHANGES
from conformance.report.words.frames import chinese, kinds
from conformance.report.words.parts import WORDS, Wording
from conformance.report.words.rules import BODY_ADVICE, CHANGE_ADVICE, FOREIGN, JUDGING, LEFT_OUT, WRAPPED
from conformance.rules import CATALOGUE

__all__ = ["LANGS", "RULES_ZH", "Lang", "Say"]

Lang: TypeAlias = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

RULES_ZH = {**{rule: words.zh for rule, words in JUDGING.items()}, **CHANGES}
"""The Chinese of every rule's sentence."""


@frozen
class Say:
    """The words of one language: `say("n-rows", n=3)`."""

    lang: Lang = "en"

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values filled in."""
        entry = WORDS[key]
        if self.lang == "zh":
            template = entry[-1]
        else:
            template = entry[1] if len(entry) == 3 and values.get("n") != 1 else entry[0]
        return template.format(**values) if values else template

    def text(self, sentence: str) -> str:
        """A sentence that a check made, in English: what is expected, what came, a reason, an outcome, a note."""
        return chinese(sentence) if self.lang == "zh" else sentence

    def kinds(self, expected: str, *, whole: bool = False) -> str:
        """The types of what a contract asks for: `an object or null`; `whole`: with its values and bounds."""
        return kinds(expected, self.lang, whole=whole)

    def rule(self, rule: str) -> str:
        """What a rule means; nothing for one that the catalogue does not have."""
        if rule not in CATALOGUE:
            return ""
        return RULES_ZH.get(rule, CATALOGUE[rule].sentence) if self.lang == "zh" else CATALOGUE[rule].sentence

    def example(self, rule: str) -> str:
        """An example of a rule; it is there in English only, where the headline of a finding is in every language."""
        return CATALOGUE[rule].example if self.lang == "en" and rule in CATALOGUE else ""

    def headline(self, rule: str) -> str | None:
        """The frame of the headline of a finding of a rule; None where its sentence must do."""
        return self._of(JUDGING[rule].headline) if rule in JUDGING else None

    def body_headline(self, *, wrapped: bool) -> str:
        """Likewise of a body in which nothing is as it is required, wrapped in an envelope or not."""
        return self._of(WRAPPED if wrapped else FOREIGN)

    def left_out_headline(self) -> str:
        """Likewise of something that a request may lack."""
        return self._of(LEFT_OUT)

    def advice(self, rule: str) -> str:
        """The frame of what to do about a finding of a rule; nothing for a rule that the catalogue does not have."""
        if rule in JUDGING:
            return self._of(JUDGING[rule].advice)
        return self._of(CHANGE_ADVICE) if rule in CATALOGUE else ""

    def body_advice(self, *, error: bool) -> str:
        """What to do about a body in which nothing is as it is required."""
        return self._of(BODY_ADVICE[error])

    def _of(self, entry: Wording) -> str:
        return entry[LANGS.index(self.lang)]
