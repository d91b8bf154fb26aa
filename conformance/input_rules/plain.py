"""A line to which there is nothing to object, recognised while it is decoded: a type made of the provider's rules.

Decoding to it costs less than decoding to anything. What does not fit may be in order all the same: it is looked at
rule by rule.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from conformance.input_rules.table import InputRules

UNFIT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder raises where a line does not fit."""

_NAME: Any = Annotated[str, Meta(min_length=1)]
_NEVER: Any = Literal["\0"] | UnsetType
"""The type of what must not be there."""


def plain(rules: InputRules, endpoint: str, model: Any, *, chats: bool) -> Callable[[bytes], Any] | None:
    """A decoder of the lines that are in order, but for the uniqueness of `custom_id` and the last message's role.

    Args:
        rules: The provider's.
        endpoint: What the file's requests are for.
        model: The field of the model that lines may name.
        chats: Whether the requests have messages.

    Returns:
        None where there is a rule that such a type cannot say.
    """
    if not all(name.isidentifier() for name in rules.refused_parameters):
        return None
    body: list[Any] = [model]
    if chats:
        message = _struct("Message", [("role", str if rules.roles is None else Literal[tuple(sorted(rules.roles))])])
        body.append(("messages", Annotated[list[message], Meta(min_length=1)]))  # type: ignore[valid-type]
    body += [(name, _NEVER, UNSET) for name in sorted(rules.refused_parameters)]
    if "stream" not in rules.allowed_parameters:
        body.append(("stream", _NEVER, UNSET))
    fields = [
        ("custom_id", _NAME),
        ("body", _struct("Body", body)),
        *(_field(name, Literal[value], rules) for name, value in (("method", "POST"), ("url", endpoint))),
    ]
    decode: Callable[[bytes], Any] = msgspec.json.Decoder(_struct("Request", fields)).decode
    return decode


def model_field(rules: InputRules, models: Collection[str], model: str | None, *, replaced: bool) -> Any:
    """The field of the model that lines may name; None as long as nobody knows what that is.

    Args:
        rules: The provider's.
        models: Those that exist, empty where any does.
        model: What the first line names.
        replaced: Whether what they name is of no matter.
    """
    if replaced:
        return ("model", Any, UNSET)
    if rules.one_model:
        return None if model is None else ("model", Literal[model])
    named: Any = Literal[tuple(sorted(models))] if models else _NAME
    return ("model", named) if rules.model_required else ("model", named | None | UnsetType, UNSET)


def _field(name: str, kind: Any, rules: InputRules) -> Any:
    return (name, kind) if name in rules.line_fields else (name, kind | UnsetType, UNSET)


def _struct(name: str, fields: Sequence[Any]) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, fields, kw_only=True, gc=False)


def is_sure(text: bytes, lines: int) -> bool:
    """Whether lines, if all fit, are what they seem: UTF-8, which the decoder does not look at in what it skips.

    And no line has two names: of other keys that stand twice all readers take the last one, which fits.
    """
    if text.count(b'"custom_id"') > lines:
        return False
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False
