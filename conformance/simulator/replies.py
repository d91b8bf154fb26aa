"""How a batch's requests are answered: with an echo, by the user's function, from a text, or by a server elsewhere."""

from collections.abc import Callable, Mapping
from functools import partial
from string import Formatter
from typing import Any

from attrs import frozen

from conformance.simulator.store import letters

InputRow = Mapping[str, Any]
"""One line of an input file, as the user wrote it."""
Reply = Callable[[InputRow], Mapping[str, Any] | str]
"""From a line to the body of its response, or only to the assistant's text. Raising answers the line with an error."""


class ReplyError(Exception):
    """A line is answered with an error; the message is one line."""


@frozen
class Replies:
    """Answers lines. `workers`: how many at once (more than one only where answering means waiting)."""

    reply: Reply
    workers: int = 1

    def __call__(self, row: InputRow, moment: int) -> dict[str, Any]:
        """The body of one line's response; `moment` is when, in seconds since the epoch.

        Raises:
            ReplyError: the line is answered with an error.
        """
        try:
            answer = self.reply(row)
        except ReplyError:
            raise
        except Exception as error:
            raise ReplyError(f"{type(error).__name__}: {error}") from error
        return completion(row, answer, moment) if isinstance(answer, str) else dict(answer)


def replies(reply: Reply | str | None, key: str | None = None) -> Replies:
    """Read what a user gave.

    Args:
        reply: a function; a text, with `{content}`, `{model}` and `{custom_id}` put in; an http(s) address of an
            OpenAI-compatible server, `/v1` included; None for an echo of the last message.
        key: sent to that server as a bearer token.

    Raises:
        ValueError: the text names something else in braces.
    """
    if reply is None:
        return Replies(_content)
    if not isinstance(reply, str):
        return Replies(reply)
    if reply.startswith(("http://", "https://")):
        return Replies(_upstream(reply.rstrip("/"), key), workers=8)
    try:
        named = {name for _, name, _, _ in Formatter().parse(reply) if name is not None}
    except ValueError as error:
        raise ValueError(f"reply: {error}") from None
    if unknown := named - {"content", "model", "custom_id"}:
        raise ValueError(f"reply: {{{min(unknown)}}} is not known; there are {{content}}, {{model}}, {{custom_id}}")
    return Replies(partial(_fill, reply))


def completion(row: InputRow, text: str, moment: int) -> dict[str, Any]:
    """A chat completion that says the text; a word counts as a token."""
    asked, said = len(_content(row).split()), len(text.split())
    return {
        "id": f"chatcmpl-{letters(str(row.get('custom_id')), 16)}",
        "object": "chat.completion",
        "created": moment,
        "model": _model(row),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said},
    }


def _content(row: InputRow) -> str:
    """The text of the last message; of a message in parts, its text parts."""
    content = row["body"]["messages"][-1].get("content")
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "\n".join(text for text in parts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _model(row: InputRow) -> str:
    return str(row["body"].get("model", ""))


def _fill(template: str, row: InputRow) -> str:
    return template.format(content=_content(row), model=_model(row), custom_id=row["custom_id"])


def _upstream(address: str, key: str | None) -> Reply:
    import httpx  # noqa: PLC0415 - only where another server is asked

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    client = httpx.Client(headers=headers, timeout=httpx.Timeout(600, connect=10))

    def ask(row: InputRow) -> Mapping[str, Any]:
        try:
            response = client.post(f"{address}/chat/completions", json=row["body"])
        except httpx.HTTPError as error:
            raise ReplyError(f"{address}: {error or type(error).__name__}") from error
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not response.is_success or not isinstance(answer, dict):
            raise ReplyError(f"{address}: answered {response.status_code}, not a success with a JSON object")
        return answer

    return ask
