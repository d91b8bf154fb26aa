"""The rules for the lines of a file."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import define, field

from conformance.input_rules.custom_ids import CustomIds
from conformance.input_rules.table import InputRules
from conformance.input_rules.words import kind, short


@define
class InputLines:
    """The lines of one file, in their order.

    `models`: those that exist, empty where any does; `replaced`: the model that holds for all lines, if one does.
    """

    rules: InputRules
    models: frozenset[str]
    replaced: str | None
    endpoint: str | None = None
    """What the requests are for: known at once where there is one thing, else by the first line that names one."""
    model: str | None = None
    """What the first line names."""
    good_model: str | None = None
    """The same, if it exists."""
    custom_ids: CustomIds = field(factory=CustomIds)
    _decodes: Callable[[bytes], Any] | None = None

    def __attrs_post_init__(self) -> None:
        """Where there is but one endpoint, it is this file's."""
        if len(self.rules.endpoints) == 1:
            self.endpoint = self.rules.endpoints[0]

    @property
    def chats(self) -> bool:
        """Whether the requests are for chat completions, which have messages."""
        return self.endpoint is not None and self.endpoint.endswith("/chat/completions")

    def in_order(self, lines: Sequence[bytes]) -> list[str] | None:
        """The custom_ids of lines that keep every rule, told without a step of Python for most of them; else None."""
        from conformance.input_rules.plain import UNFIT, is_sure  # noqa: PLC0415 - a file of one line has no use for it

        decode = self._decoder()
        if decode is None or not is_sure(b"\n".join(lines), len(lines)):
            return None
        try:
            rows = list(map(decode, lines))
        except UNFIT:
            return None
        last = self.rules.last_role
        if last is not None and self.chats and any(row.body.messages[-1].role != last for row in rows):
            return None
        names = [row.custom_id for row in rows]
        return names if self.custom_ids.add_all(names) else None

    def _decoder(self) -> Callable[[bytes], Any] | None:
        """What decodes lines that are in order; None as long as nobody knows what that is."""
        if self.endpoint is None or self._decodes is not None:
            return self._decodes
        from conformance.input_rules.plain import model_field, plain  # noqa: PLC0415 - likewise

        model = model_field(self.rules, self.models, self.good_model, replaced=self.replaced is not None)
        if model is not None:
            self._decodes = plain(self.rules, self.endpoint, model, chats=self.chats)
        return self._decodes

    def offences(self, row: Any) -> Iterator[tuple[str, str]]:
        """The rules that a line breaks, each with what is wrong."""
        if not isinstance(row, dict):
            yield "line-not-object", f"a JSON object is expected, not {kind(row)}"
            return
        custom_id = row.get("custom_id")
        if not isinstance(custom_id, str) or not custom_id:
            yield "custom-id-missing", f"custom_id must be a string that is not empty, not {kind(custom_id)}"
        elif not self.custom_ids.add_all([custom_id]):
            yield "custom-id-repeated", f"custom_id {short(custom_id)} stands on an earlier line"
        yield from self._address_offences(row)
        body = row.get("body")
        if isinstance(body, dict):
            yield from self._model_offences(body.get("model"))
            if self.chats:
                yield from self._message_offences(body.get("messages"))
            for name in sorted(self.rules.refused_parameters.intersection(body)):
                yield "parameter-refused", f"{name} must not be set"
        else:
            yield "body-missing", f"body must be a JSON object, not {kind(body)}"

    def remarks(self, row: Any) -> Iterator[tuple[str, str]]:
        """What is to be said of a line that breaks no rule by it."""
        body = row.get("body") if isinstance(row, dict) else None
        if isinstance(body, dict) and body.get("stream") and "stream" not in self.rules.allowed_parameters:
            yield "stream-set", "stream is set, and nothing says that a batch may"

    def _address_offences(self, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        required = self.rules.line_fields
        if row.get("method", None if "method" in required else "POST") != "POST":
            yield "method-not-post", f"method must be POST, not {short(row.get('method'))}"
        url, offered = row.get("url"), self.rules.endpoints
        if self.endpoint is None and isinstance(url, str) and (url in offered or not offered):
            self.endpoint = url
        if url is None and "url" not in row and "url" not in required:
            return
        if url != self.endpoint:
            expected = self.endpoint or f"one of {', '.join(offered)}"
            yield "url-wrong", f"url must be {expected}, not {short(url)}"

    def _model_offences(self, model: object) -> Iterator[tuple[str, str]]:
        if self.replaced is not None or (model is None and not self.rules.model_required):
            return
        if not isinstance(model, str) or not model:
            yield "model-missing", f"model must be a string that is not empty, not {kind(model)}"
            return
        if self.model is None:
            self.model = model
        if self.rules.one_model and model != self.model:
            yield "model-mixed", f"model is {short(model)}, on an earlier line {short(self.model)}"
        if self.models and model not in self.models:
            yield "model-unknown", f"there is no model {short(model)}"
        else:
            self.good_model = self.model if model == self.model else self.good_model

    def _message_offences(self, messages: object) -> Iterator[tuple[str, str]]:
        if not isinstance(messages, list) or not messages:
            yield "messages-missing", f"messages must be an array that is not empty, not {kind(messages)}"
            return
        allowed = self.rules.roles
        for index, message in enumerate(messages):
            role = message.get("role") if isinstance(message, dict) else None
            if not isinstance(role, str) or (allowed is not None and role not in allowed):
                roles = f"one of {', '.join(sorted(allowed))}" if allowed else "a string"
                yield "message-role", f"messages[{index}].role must be {roles}, not {short(role)}"
        last = messages[-1].get("role") if isinstance(messages[-1], dict) else None
        if self.rules.last_role is not None and last != self.rules.last_role:
            yield "last-message-role", f"the last message's role must be {self.rules.last_role}, not {short(last)}"
