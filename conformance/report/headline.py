"""A finding's headline: the fact in words, and what is documented instead, in the report's language."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from string import Formatter
from typing import Any, TypeAlias

from attrs import frozen

from conformance.providers import PROVIDERS
from conformance.report.text import clip, plain
from conformance.report.words import Say

Row: TypeAlias = dict[str, Any]
"""One item of a report's `drift`."""

MAX_NAMES = 3
"""How many fields a headline names, where it cannot name all; one more if that is the last."""
_ERROR = 400
_NOT_THERE = frozenset(
    {"response-required-property-missing", "response-property-type-changed", "response-required-property-removed"}
)
"""Rules by which something that is required is not there as it is documented."""


@frozen
class Piece:
    """A stretch of a headline; `code` is what comes from the payload or the contract."""

    text: str
    code: bool = False


def headline(rows: Sequence[Row], say: Say) -> tuple[Piece, ...]:
    """The headline of the finding of these drifts, the most severe first."""
    return _told(rows, say, whole=True)


def fact(rows: Sequence[Row], say: Say) -> tuple[Piece, ...]:
    """Its first half: what was seen, without what is documented instead."""
    return _told(rows, say, whole=False)


def advice(rows: Sequence[Row], say: Say) -> str:
    """What to do about the finding of these drifts; empty for a rule that nobody knows."""
    error = all((row["status_code"] or 0) >= _ERROR for row in rows)
    template = say.body_advice(error=error) if is_body(rows) else say.advice(rows[0]["rule"])
    return template.format(contract=label(rows[0]["contract"]))


def text(pieces: Iterable[Piece]) -> str:
    """A headline as plain text, code between backticks."""
    return "".join(f"`{piece.text}`" if piece.code else piece.text for piece in pieces)


def is_body(rows: Sequence[Row]) -> bool:
    """Whether the finding is a body as a whole, of which nothing is as required."""
    return len({row["rule"] for row in rows}) > 1 and rows[0]["rule"] in _NOT_THERE


def is_lacking(row: Row) -> bool:
    """Whether a drift says that something is not there as it is required."""
    return row["rule"] in _NOT_THERE


def name(pointer: str) -> str:
    """A field as people call it: `request_counts` for `/data/*/request_counts`; empty for the body as a whole."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    while "*" in steps[:-1]:
        steps = steps[steps.index("*") + 1 :]
    return ".".join(steps)


@lru_cache(maxsize=1000)
def label(contract: str) -> str:
    """How people call a contract: by the name of its provider, where it is one's."""
    provider = next((one for one in PROVIDERS.values() if one.contract == contract), None)
    return clip(contract, 60) if provider is None else provider.label.partition(" (")[0]


def side(endpoint: str) -> str:
    """How people call an endpoint: a provider's simulator or live endpoint by its name, others as they are."""
    kind, _, of = endpoint.partition(":")
    return label(PROVIDERS[of].contract) if kind in {"sim", "live"} and of in PROVIDERS else clip(endpoint, 60)


def _told(rows: Sequence[Row], say: Say, *, whole: bool) -> tuple[Piece, ...]:
    row = rows[0]
    template = _template(rows, say)
    if template is None:
        sentence = Piece(say.rule(row["rule"]) or clip(row["rule"]))
        return (*_subject(rows, say), Piece(say("colon")), sentence)
    first, _, rest = template.partition("|")
    return tuple(_capital(_fill(first + rest if whole else first, rows, say)))


def _template(rows: Sequence[Row], say: Say) -> str | None:
    if is_body(rows):
        return say.body_headline(wrapped=_wrapper(rows) is not None)
    if rows[0]["rule"] == "request-invalid-accepted" and rows[0]["expected"] in {"required", "a body is required"}:
        return say.left_out_headline()
    return say.headline(rows[0]["rule"])


def _subject(rows: Sequence[Row], say: Say) -> Iterator[Piece]:
    """What a finding is about whose sentence must do for a headline: fields, else the status, else the operations."""
    row = rows[0]
    names = [one for one in _named(rows) if one] or [str(row["status_code"] or "")]
    names = [one for one in names if one] or _operations(rows)
    yield from _enumerated([Piece(one, code=True) for one in names], say)
    if row["value"]:
        yield from (Piece(" "), Piece(clip(row["value"], 80), code=True))


def _capital(pieces: Iterable[Piece]) -> Iterator[Piece]:
    first, *others = pieces
    yield first if first.code else Piece(first.text[:1].upper() + first.text[1:])
    yield from others


def _fill(template: str, rows: Sequence[Row], say: Say) -> Iterator[Piece]:
    for literal, key, _, _ in Formatter().parse(template):
        if literal:
            yield Piece(literal)
        if not key:
            continue
        if key in _OF_ALL:
            yield from _OF_ALL[key](rows, say)
        elif key in _OF_THE_FIRST:
            yield _OF_THE_FIRST[key](rows[0], say)
        else:
            many = len(_operations(rows) if key == "answers" else _named(rows)) > 1
            yield Piece(say(_IN_NUMBER[key][many]))


def _first(row: Row, say: Say) -> str:
    """The value that was seen most often; the field where none is known."""
    return say.text(clip(plain(row["observed"][0]["value"]))) if row["observed"] else clip(name(row["pointer"]), 80)


def _wrapper(rows: Sequence[Row]) -> str | None:
    """The field that holds what is missed at the top: an object where none, or nothing, is documented."""
    held = (row for row in rows if any(one["value"] == "object" for one in row["observed"]))
    return next((clip(name(row["pointer"]), 80) for row in held), None)


def _named(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(clip(name(row["pointer"]), 80) for row in rows))


def _operations(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(clip(row["operation"] or "?", 60) for row in rows))


def _field_names(names: Sequence[str], rows: Sequence[Row], say: Say) -> Iterator[Piece]:
    whole = Piece(say("the-error" if _is_error(rows) else "the-answer"))
    return _enumerated([Piece(one, code=True) if one else whole for one in names], say)


def _enumerated(pieces: Sequence[Piece], say: Say) -> Iterator[Piece]:
    """Several in a row, with "and" before the last; those that are too many as a number."""
    shown = pieces if len(pieces) <= MAX_NAMES + 1 else pieces[:MAX_NAMES]
    for number, piece in enumerate(shown):
        if number:
            yield Piece(say("and" if number == len(pieces) - 1 else "enumerated"))
        yield piece
    if len(shown) < len(pieces):
        yield Piece(say("and-more", n=len(pieces) - len(shown)))


def _answer(rows: Sequence[Row], say: Say) -> Iterator[Piece]:
    """What a body is called that belongs to these drifts: an operation's answer, or the error body."""
    operations = _operations(rows)
    if _is_error(rows) or len(operations) > 1:
        yield Piece(say("the-error" if _is_error(rows) else "the-answer"))
        return
    before, _, after = say("the-answer-of").partition("|")
    yield from (piece for piece in (Piece(before), Piece(operations[0], code=True), Piece(after)) if piece.text)


def _is_error(rows: Sequence[Row]) -> bool:
    return all((row["status_code"] or 0) >= _ERROR for row in rows)


_OF_ALL: Mapping[str, Callable[[Sequence[Row], Say], Iterable[Piece]]] = {
    "names": lambda rows, say: _field_names(_named(rows), rows, say),
    "lacking": lambda rows, say: _field_names(
        _named([row for row in rows if is_lacking(row) and row["observed"]]), rows, say
    ),
    "wrapper": lambda rows, _: [Piece(_wrapper(rows) or "", code=True)],
    "answer": _answer,
    "operations": lambda rows, say: _enumerated([Piece(one, code=True) for one in _operations(rows)], say),
}
"""What a headline says of all drifts together."""
_IN_NUMBER: Mapping[str, tuple[str, str]] = {
    "is": ("is-one", "is-many"),
    "does": ("does-one", "does-many"),
    "it": ("it-one", "it-many"),
    "answers": ("answers-one", "answers-many"),
}
"""Words that depend on how many there are."""
_OF_THE_FIRST: Mapping[str, Callable[[Row, Say], Piece]] = {
    "value": lambda row, say: Piece(say.text(clip(row["value"] or "")), code=True),
    "type": lambda row, say: Piece(say.kinds(clip(row["value"] or ""))),
    "observed": lambda row, say: Piece(_first(row, say), code=True),
    "status": lambda row, _: Piece(str(row["status_code"])),
    "contract": lambda row, _: Piece(label(row["contract"])),
    "expected": lambda row, say: Piece(say.kinds(clip(row["expected"], 160), whole=True)),
    "listed": lambda row, say: Piece(say.text(clip(row["expected"].removeprefix("one of "), 160))),
    "kinds": lambda row, say: Piece(say.kinds(clip(row["expected"], 160))),
}
"""What it says of the most severe drift, which stands for all."""
