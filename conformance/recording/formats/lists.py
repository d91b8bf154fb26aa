"""The entries of recordings that other tools made, each as one of HAR; what is no exchange is said to be none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

from conformance.recording.formats.interaction import Interaction
from conformance.recording.har import is_url
from conformance.recording.scan import Raw, scan_document

Convert = Callable[[Any], Interaction | None]
"""Makes an interaction of what a tool kept; None where it is none. Raises ValueError where a body cannot be read."""


def from_yaml(lists: Mapping[str, Convert], pieces: Iterable[bytes], longest: int) -> Iterator[Raw]:
    """What stands in the lists of YAML documents under these names, and in documents that are lists.

    Raises:
        BreaksOffError: it is no YAML from some place on.
    """
    from conformance.recording.formats.yaml_items import scan_items  # noqa: PLC0415 - YAML is slow to import

    for item in scan_items(pieces, lists, longest):
        if item.loss is not None:
            yield Raw(item.offset, b"", item.loss)
        else:
            yield _entry(item.offset, item.value, lists[item.key])


def from_json(convert: Convert, path: tuple[bytes, ...], pieces: Iterable[bytes], longest: int) -> Iterator[Raw]:
    """What stands in the array of JSON documents that names in quotes lead to."""
    for raw in scan_document(pieces, longest, path):
        try:
            kept = orjson.loads(raw.data)
        except orjson.JSONDecodeError:
            yield raw
        else:
            yield Raw(raw.offset, raw.data) if _is_entry(kept) else _entry(raw.offset, kept, convert)


def from_texts(found: Iterable[tuple[Raw, Interaction | None]]) -> Iterator[Raw]:
    """What a reader of texts found, with its place."""
    for raw, interaction in found:
        yield raw if raw.loss else _entry(raw.offset, interaction, lambda kept: kept)


def _is_entry(kept: Any) -> bool:
    """Whether this is an entry of HAR."""
    response = kept.get("response") if isinstance(kept, dict) else None
    return isinstance(response, dict) and (
        "startedDateTime" in kept or (isinstance(response.get("content"), dict) and "request" in kept)
    )


def _entry(offset: int, kept: Any, convert: Convert) -> Raw:
    try:
        found = convert(kept)
        data = found.entry() if found is not None and is_url(found.url) else None
    except (ValueError, RecursionError, TypeError):
        data = None
    return Raw(offset, data) if data is not None else Raw(offset, b"", "no-exchange")
