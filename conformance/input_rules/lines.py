"""The rules for the lines of a file."""

from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

from attrs import define, field

from conformance.input_rules.custom_ids import CustomIds
from conformance.input_rules.table import InputRules
from conformance.input_rules.words import kind, short

_ROW = itemgetter("custom_id", "method", "url", "body")
_BODY, _ROLE, _LAST = itemgetter("model", "messages"), itemgetter("role"), itemgetter(-1)


@define
class Lines:
    """The lines of one file, in their order, as parsed from JSON.

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

    def __attrs_post_init__(self) -> None:
        """Where there is but one endpoint, it is this file's."""
        if len(self.rules.endpoints) == 1:
            self.endpoint = self.rules.endpoints[0]

    @property
    def chats(self) -> bool:
        """Whether the requests are for chat completions, which have messages."""
        return self.endpoint is not None and self.endpoint.endswith("/chat/completions")

    def in_order(self, rows: list[Any]) -> bool:
        """Whether some lines keep every rule, told without a step of Python for each of them.

        What is not of the expected type has no such key, item or length, which ends the test.
        """
        rules, count = self.rules, len(rows)
        if not self.chats:
            return False
        try:
            custom_ids, methods, urls, bodies = zip(*map(_ROW, rows), strict=True)
            models, messages = zip(*map(_BODY, bodies), strict=True)
            roles = list(map(_ROLE, chain.from_iterable(messages)))
            if rules.roles is None:
                "".join(roles)
            last_roles = roles if len(roles) == count else list(map(_ROLE, map(_LAST, messages)))
            return (
                methods.count("POST") == count
                and urls.count(self.endpoint) == count
                and (
                    self.replaced is not None
                    or (self.good_model is not None and models.count(self.good_model) == count)
                )
                and all(messages)
                and (rules.roles is None or rules.roles.issuperset(roles))
                and (rules.last_role is None or last_roles.count(rules.last_role) == count)
                and (not rules.refused_parameters or rules.refused_parameters.isdisjoint(chain.from_iterable(bodies)))
                and self.custom_ids.add_all(custom_ids)
            )
        except (LookupError, TypeError, ValueError):
            return False

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
