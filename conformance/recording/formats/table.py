"""The forms that recordings have, and by what each is recognised: by what it holds, never by its name.

A further form is a module that makes interactions of what a tool kept, and a row here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from attrs import frozen

from conformance.recording.formats import cassette, httprr, raw_http, ruby_vcr, test_proxy
from conformance.recording.formats.head import Head, look
from conformance.recording.formats.lists import Convert, from_json, from_texts, from_yaml
from conformance.recording.formats.seeming import Seeming, seeming
from conformance.recording.formats.values import ROOT
from conformance.recording.lines import scan_lines
from conformance.recording.scan import Raw, scan_document

Read = Callable[[Iterable[bytes], int], Iterator[Raw]]
"""The entries of a recording, out of its bytes; what is longer than so many bytes is passed over."""

LISTS: Mapping[str, Convert] = {
    "interactions": cassette.interaction,
    "http_interactions": ruby_vcr.interaction,
    "Entries": test_proxy.interaction,
}
"""Under which name of a document its interactions are listed, in YAML or JSON, and what reads one."""

_LARGEST_TEXT = 1 << 16
"""Bytes within which a text that is no JSON shows what it is."""
_LARGEST_JSON = 1 << 20
_ENTRY = frozenset({b"request", b"startedDateTime"})
_FOREIGN = (b"consumer", b"provider")
"""What stands beside `interactions` where they are no recording."""

_KEYS = "|".join(LISTS).encode()
_YAML = re.compile(rb"^(?:\{\s*)?(?:(?:%s)|'(?:%s)'|\"(?:%s)\")[ \t]*:" % (_KEYS, _KEYS, _KEYS), re.MULTILINE)
_YAML_LIST = re.compile(
    rb"(?:[ \t]*(?:#[^\n]*|---[^\n]*|%[^\n]*)?\r?\n)*(?:--- )?-[ \t]*(?:\r?\n[ \t]+)?(?:request|response)[ \t]*:"
)
_REQUEST = re.compile(rb"^(?:> )?[A-Za-z]{3,10} \S+ HTTP/[0-9](?:\.[0-9])?\r?$", re.MULTILINE)


@frozen
class Form:
    """A form that a recording has. `divisible`: its lines are its entries, so any range of it can be read alone."""

    name: str
    read: Read
    divisible: bool = False


LINES = Form("a HAR entry a line", scan_lines, divisible=True)
HAR = Form("HAR", scan_document)
_RAW = Form("raw HTTP", lambda pieces, longest: from_texts(raw_http.interactions(pieces, longest)))
_HTTPRR = Form("httprr", lambda pieces, longest: from_texts(httprr.interactions(pieces, longest)))
_CASSETTE = Form("a cassette in YAML", partial(from_yaml, {**LISTS, ROOT: cassette.interaction}))
_LIST = Form("a list in JSON", partial(from_json, cassette.interaction, ()))


def recognised(begun: bytes, *, whole: bool) -> Form | Seeming | None:
    """What a recording that begins so is; None if more must be seen to know. `whole`: there is no more."""
    head = look(begun, whole=whole)
    if not head.data:
        return LINES if whole or len(begun) >= _LARGEST_JSON else None
    return _json(head) if head.is_json else _text(head)


def _json(head: Head) -> Form | Seeming | None:
    is_entry = bool(_ENTRY & set(head.names))
    if (listed := _listed(head)) is not None:
        return listed
    if head.end is None and not head.whole and len(head.data) < _LARGEST_JSON:
        return None
    if not is_entry and (found := seeming(head)) is not None:
        return found
    if head.data[:1] == b"[":
        return _LIST if is_entry else LINES
    several = b"\n" in head.data[: head.end] if head.end is not None else not head.whole and not is_entry
    return HAR if several else LINES


def _listed(head: Head) -> Form | None:
    """A document that lists its entries under a name."""
    for name in head.names if head.data[:1] == b"{" else ():
        if name == b"log":
            return HAR
        key = name.decode("latin-1")
        if key in LISTS and not head.has(*_FOREIGN):
            return Form(key, partial(from_json, LISTS[key], (b'"%s"' % name,)))
    return None


def _text(head: Head) -> Form | Seeming | None:
    if not head.whole and len(head.data) < _LARGEST_TEXT:
        return None
    begun = head.data[:_LARGEST_TEXT]
    if begun.startswith(httprr.FIRST):
        return _HTTPRR
    if b"\0" not in begun:
        if _YAML.search(begun) or _YAML_LIST.match(begun):
            return _CASSETTE
        if _REQUEST.search(begun):
            return _RAW
    return seeming(head) or LINES
