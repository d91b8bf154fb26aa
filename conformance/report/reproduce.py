"""The shortest command that sends the request of a drift again, without a key in it."""

import re
import shlex
from urllib.parse import urlsplit

import orjson

from conformance.drift import Drift
from conformance.endpoint import SIMULATOR_KEY, WRONG_KEY
from conformance.exchange import Exchange, method
from conformance.providers import PROVIDERS
from conformance.recording.mask import Mask, Views
from conformance.report.example import request_body, shown_url

_DEFAULT_METHOD = {False: "GET", True: "POST"}
"""What curl sends without and with a body."""


def reproduce(drift: Drift, mask: Mask) -> str | None:
    """A curl line, for a simulator below a comment that says how to start one; None for a contract's own drift."""
    exchange, endpoint = drift.example, drift.identity.endpoint
    if exchange is None or endpoint is None:
        return None
    kind, _, name = endpoint.partition(":")
    views = mask.views(exchange)
    words = ["curl", *_method(exchange), shlex.quote(shown_url(exchange.request, endpoint, mask, views))]
    words += _authorization(exchange, kind, name)
    words += _body(exchange, mask, views)
    line = " ".join(words)
    return f"# batch-conformance serve {shlex.quote(name)} --port 8080\n{line}" if kind == "sim" else line


def _method(exchange: Exchange) -> list[str]:
    shown = method(exchange.request.method)
    return [] if shown == _DEFAULT_METHOD[bool(exchange.request.body)] else ["-X", shown]


def _authorization(exchange: Exchange, kind: str, name: str) -> list[str]:
    if exchange.credentials == "absent":
        return []
    key = (
        WRONG_KEY if exchange.credentials == "wrong" else SIMULATOR_KEY if kind == "sim" else _variable(exchange, name)
    )
    return ["-H", f'"Authorization: Bearer {key}"']


def _variable(exchange: Exchange, name: str) -> str:
    """The environment variable of the key, by the provider's name or the host that was asked."""
    host = urlsplit(exchange.request.url).hostname or ""
    for provider in PROVIDERS.values():
        if name == provider.name or provider.serves(host):
            return f"${provider.key_variable}"
    return "$API_KEY"


def _body(exchange: Exchange, mask: Mask, views: Views) -> list[str]:
    if not exchange.request.body:
        return []
    body = request_body(exchange.request, mask, views)
    if isinstance(body, str) and re.fullmatch(r"form of \d+ bytes", body):
        return ["-F", "purpose=batch", "-F", "file=@requests.jsonl"]
    if isinstance(body, str):
        return ["--data-binary", "@body"]
    return ["-H", "'Content-Type: application/json'", "-d", shlex.quote(orjson.dumps(body).decode())]
