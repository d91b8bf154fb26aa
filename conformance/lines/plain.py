"""The form that nearly every line of an output file has: recognised while it is decoded, which costs least.

It is the form that all contracts document: a success with a body that is one, and nothing else. What is not of this
form is looked at field by field.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType


class Usage(Struct, gc=False):
    """What a response says of its tokens."""

    total_tokens: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Body(Struct, gc=False):
    """A response that is no error: `object` says what it is."""

    object: str
    usage: Usage | UnsetType | None = UNSET
    error: UnsetType | None = UNSET
    code: Literal["\0"] | UnsetType = UNSET
    """Beside no `id` it may be an error: that is looked at."""


class PlainResponse(Struct, gc=False, forbid_unknown_fields=True):
    """A response that succeeded."""

    status_code: Annotated[int, Meta(ge=200, lt=300)]
    body: Body
    request_id: str | UnsetType = UNSET


class PlainLine(Struct, gc=False, forbid_unknown_fields=True):
    """A line that tells of a success."""

    custom_id: Annotated[str, Meta(min_length=1)]
    response: PlainResponse
    id: str | UnsetType = UNSET
    error: UnsetType | None = UNSET

    @property
    def usage(self) -> Usage | None:
        """What it says of its tokens."""
        usage = self.response.body.usage
        return usage if isinstance(usage, Usage) else None


plain: Callable[[bytes], PlainLine] = msgspec.json.Decoder(PlainLine).decode
"""A line that is plain. It looks at all of the line but the encoding of what it skips.

Raises:
    msgspec.DecodeError: the line is not plain.
"""

UNFIT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What `plain` raises."""

_BODY: Mapping[str, Any] = {"object": "chat.completion", "id": "c", "choices": []}
SAMPLES: Sequence[Mapping[str, Any]] = (
    {"custom_id": "a", "response": {"status_code": 200, "body": _BODY}},
    {"id": "b", "custom_id": "a", "response": {"status_code": 299, "request_id": "", "body": _BODY}, "error": None},
)
"""The plain line with the fewest and with the most fields: a schema without bounds that takes both takes them all."""
