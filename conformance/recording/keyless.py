"""Exchanges without the credentials that they carried: something else stands for each, wherever it is repeated.

What stands for a key is as long and of the same form, and in every encoding that is looked for it is encoded alike. So
an answer that repeats the key is judged as it is, and nothing that is kept of it is of use to anybody.
"""

import base64
import json
import secrets
from collections.abc import Iterator
from urllib.parse import quote

from attrs import evolve

from conformance.exchange import Answer, Exchange, Request
from conformance.pseudonyms import Pseudonyms, alike

LEAST = 4
"""Characters of the shortest credential that is looked for in bodies: shorter ones stand in any word."""

_LONGEST_LEAD = 12
_TAIL = 5
_NAMES = Pseudonyms(secrets.token_bytes(32))


def keyless(exchange: Exchange) -> Exchange:
    """The exchange with something else for its `secrets`, and that as its `secrets`."""
    if not exchange.secrets:
        return exchange
    stands = {secret: _stand_in(secret) for secret in exchange.secrets}
    sought = [_Sought(secret, other) for secret, other in stands.items() if len(secret) >= LEAST]

    def without(body: bytes) -> bytes:
        for one in sought:
            body = one.replaced(body)
        return body

    def text(plain: str) -> str:
        if plain.isascii() and len(plain) < LEAST:
            return plain
        return without(plain.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def header(value: str) -> str:
        scheme, space, last = value.rpartition(" ")
        return f"{scheme}{space}{stands[last]}" if last in stands else text(value)

    request, answer = exchange.request, exchange.answer
    return evolve(
        exchange,
        request=Request(
            request.method,
            text(request.url),
            tuple((name, header(value)) for name, value in request.headers),
            None if request.body is None else without(request.body),
        ),
        answer=answer
        and Answer(
            answer.status,
            tuple((text(name), text(value)) for name, value in answer.headers),
            without(answer.body),
        ),
        secrets=tuple(stands.values()),
    )


class _Sought:
    """One key, as it may be written, and what stands for it then."""

    def __init__(self, secret: str, other: str) -> None:
        self._other = other
        self._written = {one: number for number, one in enumerate(_written(secret)) if len(one) >= LEAST}

    def replaced(self, body: bytes) -> bytes:
        for one, number in self._written.items():
            if one[-_TAIL:] in body and one in body:  # short ones are found much faster
                body = body.replace(one, list(_written(self._other))[number])
        return body


def _stand_in(secret: str) -> str:
    """Letters for letters and digits for digits, but for what leads up to the first sign: `sk-` says what it is."""
    lead = next((at for at, one in enumerate(secret[:_LONGEST_LEAD]) if one in "-_."), -1) + 1
    return secret[:lead] + alike(secret[lead:], _NAMES.digest(secret))


def _written(text: str) -> Iterator[bytes]:
    bare = "".join(one for one in text if one.isalnum())
    for each in (text, text[::-1], bare, quote(text, safe=""), json.dumps(text)[1:-1]):
        yield from (each.encode() for each in (each, each.lower(), each.upper()))
    plain = text.encode()
    yield from (plain.hex().encode(), plain.hex().upper().encode())
    for before in range(3):
        # Of the first and the last sign some bits are those of the neighbours: these two stay.
        core = slice(-(-before * 8 // 6), (before + len(plain)) * 8 // 6)
        coded = base64.b64encode(b"\0" * before + plain)[core]
        yield from (coded, coded.replace(b"+", b"-").replace(b"/", b"_"))
