"""What is kept of an exchange is of no use to whoever looks for keys, and is judged as it was."""

import base64
from collections.abc import Callable

import orjson
import pytest

from conformance.exchange import Answer, Exchange, Headers, Request
from conformance.masking import holds
from conformance.recording.keyless import keyless

KEY = "sk-proj-AbCdEf01234_56789xyz"
WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "bare": lambda key: "".join(one for one in key if one.isalnum()),
    "backwards": lambda key: key[::-1],
    "hexadecimal": lambda key: key.encode().hex(),
    **{
        f"base64-{before}": lambda key, before=before: base64.b64encode(b"x" * before + key.encode() + b"yy").decode()
        for before in range(4)
    },
    "base64-url": lambda key: base64.urlsafe_b64encode(b"?>" + key.encode()).decode(),
}


def exchange(answer: bytes, key: str = KEY, headers: Headers = ()) -> Exchange:
    """An answer to a request with a key."""
    sent = (("Host", "x"), ("Authorization", f"Bearer {key}"))
    request = Request("POST", f"https://h.invalid/v1/batches?key={key}", sent, f'{{"k": "{key}"}}'.encode())
    return Exchange("", request, Answer(200, headers, answer), secrets=(key,))


def everything(one: Exchange) -> bytes:
    """All that could be written down of an exchange."""
    assert one.answer is not None
    parts = (one.request.url, one.request.headers, one.request.body, one.answer.headers, one.answer.body, one.secrets)
    return repr(parts).encode()


@pytest.mark.parametrize("way", WRITTEN)
def test_a_key_is_nowhere_however_it_is_repeated(way: str) -> None:
    """What stands for it is found where it was, in the same spelling: judging hides the one as it hid the other."""
    value = WRITTEN[way](KEY)
    before = exchange(orjson.dumps({"status": value}), headers=(("X-Echo", value), (value, "1")))

    after = keyless(before)

    assert after.answer is not None
    now = after.answer.json["status"]
    assert holds(value, before.secrets)
    assert not holds(now, before.secrets)
    assert len(now) == len(value)
    assert way.startswith("base64") or holds(now, after.secrets)
    assert KEY.encode() not in everything(after)
    assert value.encode() not in everything(after)


def test_what_stands_for_a_key_has_its_form() -> None:
    """The same for the same key, another for another, as long, and `sk-` still says what it is."""
    first, again, other = (keyless(exchange(b"{}", key)).secrets[0] for key in (KEY, KEY, KEY[:-1] + "0"))
    assert first == again != other
    assert (len(first), first[:3]) == (len(KEY), "sk-")
    assert [one.isdigit() for one in first] == [one.isdigit() for one in KEY]


def test_what_holds_no_key_stays_as_it_is() -> None:
    """Byte for byte; a request that carried none is the same exchange."""
    body = bytes(range(256)) * 10
    headers = (("X-Odd", "no text: \udcff"),)
    after = keyless(exchange(body, headers=headers))
    assert after.answer is not None
    assert (after.answer.body, after.answer.headers) == (body, headers)
    without = Exchange("", Request("GET", "https://h.invalid/"), None)
    assert keyless(without) is without


def test_a_key_too_short_to_look_for_is_hidden_in_its_header() -> None:
    """In bodies it would be in any word."""
    after = keyless(exchange(b'"abc"', key="abc"))
    assert after.answer is not None
    assert after.answer.body == b'"abc"'
    assert dict(after.request.headers)["Authorization"] not in {"Bearer abc", "Bearer "}
