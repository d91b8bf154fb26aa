"""The rules of each provider, and what it is called to break one.

Sources are marked at each value: [P] the provider's page on creating batches, [D] documented elsewhere by it.
"""

from collections.abc import Mapping

from attrs import frozen


@frozen
class InputRules:
    """One provider's rules. Sizes in bytes, windows in hours; None: no documented bound."""

    provider: str
    max_bytes: int
    max_lines: int | None
    max_files: int | None
    window_hours: tuple[int, int]
    window_units: Mapping[str, int]
    """Hours in each unit that a window may be written in."""
    window_forms: str
    line_fields: frozenset[str]
    """What a line must have besides `custom_id` and `body`."""
    model_required: bool
    roles: frozenset[str] | None
    last_role: str | None
    refused_parameters: frozenset[str]
    extension: str = ".jsonl"
    endpoint: str = "/v1/chat/completions"
    metadata_pairs: int = 16
    metadata_key: int = 64
    metadata_value: int = 512


RULES: Mapping[str, InputRules] = {
    rules.provider: rules
    for rules in (
        InputRules(
            provider="kimi",
            max_bytes=100 * 1024 * 1024,  # [P] 100MB; read as binary, the larger of the two meanings
            max_lines=None,
            max_files=1000,  # [P] batch files an organisation
            window_hours=(12, 7 * 24),  # [P]
            window_units={"h": 1, "d": 24},  # [P]
            window_forms="12h, 1d, 3d",  # [P]
            line_fields=frozenset({"method", "url"}),  # [D]
            model_required=True,  # [P] "must exist and the user must have access"
            roles=None,
            last_role=None,
            refused_parameters=frozenset({"temperature", "top_p"}),  # [D]
        ),
        InputRules(
            provider="siliconflow",
            max_bytes=1024**3,  # [D] 1 G
            max_lines=5000,  # [D]
            max_files=None,
            window_hours=(24, 336),  # [D] the guide's order; the reference names them reversed
            window_units={"h": 1},  # [D] every sample is in hours
            window_forms="24h, 336h",  # [D]
            line_fields=frozenset(),  # [D] custom_id, body and messages are all that is required
            model_required=False,  # [D] `replace` may name it for the whole file
            roles=frozenset({"system", "user", "assistant"}),  # [D]
            last_role="user",  # [D]
            refused_parameters=frozenset(),
        ),
    )
}

OFFENCES: Mapping[str, str] = {
    "file-extension": "The file's name ends in .jsonl.",
    "file-empty": "The file has at least one line.",
    "file-too-large": "The file is no larger than the provider takes.",
    "line-count": "The file has no more lines than the provider takes.",
    "line-blank": "No line is blank.",
    "line-not-json": "Every line is JSON.",
    "line-not-object": "Every line is a JSON object.",
    "custom-id-missing": "Every line has a custom_id, a string that is not empty.",
    "custom-id-repeated": "No custom_id stands twice in a file.",
    "method-not-post": "method is POST.",
    "url-wrong": "url is the endpoint of the batch.",
    "body-missing": "Every line has a body, a JSON object.",
    "model-missing": "Every body names its model.",
    "model-mixed": "All lines of a file name the same model.",
    "model-unknown": "The model exists.",
    "messages-missing": "Every body has messages, an array that is not empty.",
    "message-role": "Every message is an object with a role that the provider takes.",
    "last-message-role": "The last message is the user's.",
    "parameter-refused": "No parameter is set that the provider does not let callers set.",
}
"""The rules by id, each in one sentence."""
