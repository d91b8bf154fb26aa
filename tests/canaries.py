"""What must never get out, in any spelling; and exchanges that hold it wherever something can be put."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import orjson

from conformance.masking import is_name
from tests.wrong.lists import KEY

NUMBERS: Mapping[str, int] = {
    "phone": 13_912_345_678,
    "card": 4_539_578_763_621_486,
    "identity": 110_105_199_003_074_512,
}
TEXTS: Mapping[str, str] = {
    **{name: str(number) for name, number in NUMBERS.items()},
    "phone abroad": "+86-139-1234-5678",
    "birth date": "1987-03-07",
    "birth time": "1987-03-07T04:05:06+08:00",
    "name": "欧阳晓雯",
    "name in Latin": "Xiaowen-Ouyang",
    "mail": "xiaowen.ouyang@example.org",
    "file": "简历-xiaowen.jsonl",
    "path": "C:\\Users\\ouyang\\抵押合同.docx",
    "address": "https://xiaowen:pw987@files.example.org/ouyang/合同?token=s3cr3t-ouyang#ouyang",
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "window": "ouyangs-lunch",
    "key": KEY,
    "other key": "sk-9fQ2mVh2LrT7cXw8ZpB1nEuAy",
    "sentence": "Dear Ms Ouyang, your invoice is late",
    "markup": "<b>欧阳晓雯</b>",
}
WORDS = ("xiaowen", "ouyang")
"""Parts of them that must not stand alone either."""


def spellings(text: str) -> Iterator[bytes]:
    """A text in the encodings that an output may have it in."""
    plain = text.encode()
    yield from (plain, plain.lower(), plain.upper(), quote(text).encode(), quote(text, safe="").encode())
    yield from (orjson.dumps(text)[1:-1], text.encode("unicode_escape"), escape(text).encode(), plain.hex().encode())
    for start in range(3):
        if len(plain) - start >= 12:
            whole = base64.b64encode(b"\0" * start + plain)
            yield whole[4 if start else 0 :].rstrip(b"=")[:-2]


SPELLINGS: Mapping[bytes, str] = {
    spelled: text for text in (*TEXTS.values(), *WORDS) for spelled in spellings(text) if len(spelled) > 4
}


def leaks(output: bytes) -> list[str]:
    """The canaries that stand in an output, each with what stands around it."""
    found = []
    for spelled, text in SPELLINGS.items():
        at = output.find(spelled)
        if at >= 0:
            found.append(f"{text!r} as {spelled!r} in {output[max(0, at - 80) : at + 80]!r}")
    return found


ODD = [one for one in TEXTS.values() if not is_name(one)]
"""All but those that may be a word of an API: as a status, or a field's name, such a word must be shown."""


def everything(names: Iterable[str] = tuple(TEXTS.values())) -> dict[str, Any]:
    """An object whose keys and values are canaries, and which uses the words of the API as keys of its own."""
    words = ("type", "status", "object", "code", "total", "id", "purpose", "endpoint", "completion_window", "limit")
    return {
        **{text: text for text in names},
        **{f"n{index}": number for index, number in enumerate(NUMBERS.values())},
        **dict(zip(words, TEXTS.values(), strict=False)),
        "total_tokens": NUMBERS["phone"],
        "f": float(NUMBERS["phone"]),
        "list": [*TEXTS.values(), *NUMBERS.values(), {TEXTS["name"]: TEXTS["name"]}],
    }
