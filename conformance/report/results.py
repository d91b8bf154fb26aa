"""The results of a batch on one screen."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from conformance.report.text import plain
from conformance.report.words import Say
from conformance.results.found import Account, Counted

_SHOWN = 6
"""Reasons that are told one by one."""
_WIDE = 12


def summary(found: Account, say: Say, rest: Path | None) -> str:
    """What became of the requests, in the words of a language; `rest` is the file of those to be sent again."""
    return "\n".join(_lines(found, say, rest)) + "\n"


def _lines(found: Account, say: Say, rest: Path | None) -> Iterator[str]:
    yield _row(say("results-sent"), found.sent)
    yield _row(say("results-answered"), found.answered)
    failed = sum(one.count for one in found.failed.values())
    yield _row(say("results-failed"), failed)
    yield from _kinds(found.failed, say)
    for key, counted in (
        ("results-absent", found.absent),
        ("results-repeated", found.repeated),
        ("results-unknown", found.unknown),
    ):
        yield _row(
            say(key), counted.count if counted else 0, say("results-first", place=counted.first) if counted else ""
        )
    for key, kinds in (
        ("results-missing", found.missing),
        ("results-broken", found.broken),
        ("results-empty", found.empty),
    ):
        if kinds:
            yield _row(say(key), sum(one.count for one in kinds.values()))
            yield from _kinds(kinds, say)
    tokens = found.tokens
    if tokens.lines:
        told = say("results-tokens-of", prompt=f"{tokens.prompt:,}", completion=f"{tokens.completion:,}")
        yield _row(say("results-tokens"), tokens.total, told)
    yield from _agreement(found, say)
    yield from _remarks(found, say)
    if found.left is not None and rest is not None:
        yield say("results-left", n=found.left, file=plain(str(rest)))


def _row(name: str, count: int, more: str = "") -> str:
    return f"{count:>{_WIDE},}  {name}{f'  {plain(more)}' if more else ''}"


def _kinds(kinds: Mapping[str, Counted], say: Say) -> Iterator[str]:
    for kind, counted in list(kinds.items())[:_SHOWN]:
        first = say("results-first", place=counted.first)
        yield f"{'':{_WIDE}}    {say.text(plain(kind))} ×{counted.count:,}  {plain(first)}"
    others = list(kinds.values())[_SHOWN:]
    if others:
        yield f"{'':{_WIDE}}    {say('n-more', n=sum(one.count for one in others))}"


def _agreement(found: Account, say: Say) -> Iterator[str]:
    if found.disagreements is None:
        return
    if not found.disagreements:
        yield say("results-agree")
    for one in found.disagreements:
        yield say("results-disagree", name=one.name, stated=one.stated, seen=one.seen)


def _remarks(found: Account, say: Say) -> Iterator[str]:
    counts = {**found.preflight.counts, **found.preflight.remark_counts}
    if counts:
        told = say("comma").join(f"{rule} ×{count}" for rule, count in counts.items())
        yield say("results-preflight", told=told)
    if found.blank:
        yield say("results-blank", n=found.blank)
