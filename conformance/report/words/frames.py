"""The sentences that checks make, in Chinese: by their frames, as each holds names and figures.

A check says in English what it expected, what it saw and why; a contract's own words and what a person wrote stay as
they are. Whoever writes a new sentence adds its frame to `sentences` or `notes`: `{}` stands for whatever is there,
`{n}` for a figure, `{t}` for a sentence of its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from conformance.report.words.notes import NOTED
from conformance.report.words.sentences import SAID

FRAMES: Mapping[str, str] = {**SAID, **NOTED}

_TYPES: Mapping[str, tuple[str, str]] = {
    "object": ("an object", "对象"),
    "array": ("an array", "数组"),
    "string": ("a string", "字符串"),
    "integer": ("an integer", "整数"),
    "number": ("a number", "数字"),
    "boolean": ("a boolean", "布尔值"),
    "null": ("null", " null"),
    "anything": ("anything", "任意值"),
}
"""JSON types in a sentence."""
_SCHEMA = re.compile(
    rf"(?P<types>(?:{'|'.join(_TYPES)})(?: or (?:{'|'.join(_TYPES)}))*)"
    r"(?P<values>: .+?)?(?P<bounds> \(.+\))?(?:, (?P<asked>required|optional))?",
    re.DOTALL,
)
"""What a schema asks for, as `conformance.schema.words` says it."""
_BOUNDS: Mapping[str, str] = {
    "minimum": "最小值",
    "maximum": "最大值",
    "minLength": "最小长度",
    "maxLength": "最大长度",
    "maxProperties": "最多键数",
    "pattern": "模式",
    "format": "格式",
}
_ASKED: Mapping[str | None, str] = {None: "", "required": "，必填", "optional": "，可选"}
_HOLE = re.compile(r"\{[tn]?\}")
_IN_HOLE = {"{}": "(.+?)", "{t}": "(.+?)", "{n}": "([0-9][0-9,]*)"}
_WORDS = re.compile("[a-z]{2} [a-z]{2}")
"""What has none of these is no sentence: it needs no Chinese."""
_LONGEST = 1000
"""Characters of a sentence of ours: a longer one is somebody else's text."""


def kinds(expected: str, lang: str, *, whole: bool) -> str:
    """The types that a text of a schema names, as part of a sentence; the text itself where it names none.

    `whole`: with what it says of values and bounds.
    """
    match = _SCHEMA.fullmatch(expected)
    if match is None:
        return chinese(expected) if lang == "zh" else expected
    if lang == "zh":
        return chinese(expected) if whole else _types(match)
    named = " or ".join(_TYPES[one][0] for one in match["types"].split(" or "))
    return f"{named}{match['values'] or ''}{match['bounds'] or ''}" if whole else named


@lru_cache(maxsize=10_000)
def chinese(sentence: str) -> str:
    """A check's sentence in Chinese; any other text as it is.

    Several that are joined by semicolons, or stand behind a name and a colon, are taken one by one.
    """
    if len(sentence) > _LONGEST:
        return sentence
    whole = _framed(sentence) or _schema(sentence)
    if whole is not None:
        return whole
    for mark, joint in (("; ", "；"), (", ", "，")):
        parts = sentence.split(mark)
        told = list(map(chinese, parts)) if len(parts) > 1 else parts
        if told != parts and all(new != old or not _WORDS.search(old) for new, old in zip(told, parts, strict=True)):
            return joint.join(told)
    name, colon, rest = sentence.partition(": ")
    told_rest = chinese(rest) if colon and " " not in name else rest
    if told_rest != rest:
        return f"{name}：{told_rest}"
    types = sentence.split(" or ")
    return "或".join(types) if all("/" in one and " " not in one for one in types) else sentence


def _schema(sentence: str) -> str | None:
    match = _SCHEMA.fullmatch(sentence)
    if match is None:
        return None
    bounds = "，".join(map(_bound, match["bounds"][2:-1].split(", "))) if match["bounds"] else ""
    values = f"：{match['values'][2:]}" if match["values"] else ""
    return f"{_types(match)}{values}{f'（{bounds}）' if bounds else ''}{_ASKED[match['asked']]}"


def _types(match: re.Match[str]) -> str:
    return "或".join(_TYPES[one][1] for one in match["types"].split(" or ")).strip()


def _bound(text: str) -> str:
    key, _, value = text.partition(" ")
    return f"{_BOUNDS[key]} {value}" if key in _BOUNDS else text


def _framed(sentence: str) -> str | None:
    if sentence in FRAMES:
        return FRAMES[sentence]
    for pattern, fill in _patterns():
        match = pattern.fullmatch(sentence)
        if match is not None:
            return fill(match.groups())
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], Callable[[Iterable[str]], str]], ...]:
    """The frames with holes, those with most words first: a hole takes no more than it must."""
    frames = sorted((frame for frame in FRAMES if _HOLE.search(frame)), key=_order)
    return tuple((_pattern(frame), _filler(frame)) for frame in frames)


def _order(frame: str) -> tuple[bool, int]:
    return ";" not in frame, -len(_HOLE.sub("", frame))


def _pattern(frame: str) -> re.Pattern[str]:
    parts = re.split(f"({_HOLE.pattern})", frame)
    return re.compile("".join(_IN_HOLE.get(part) or re.escape(part) for part in parts), re.DOTALL)


def _filler(frame: str) -> Callable[[Iterable[str]], str]:
    holes = _HOLE.findall(frame)

    def fill(groups: Iterable[str]) -> str:
        values = iter([chinese(one) if hole == "{t}" else one for hole, one in zip(holes, groups, strict=True)])
        return _HOLE.sub(lambda _: next(values), FRAMES[frame])

    return fill
