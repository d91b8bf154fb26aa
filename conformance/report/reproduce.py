"""The shortest command that sends the request of a drift again, without a key in it."""

import re
import shlex
from urllib.parse import urlsplit

import orjson

from conformance.drift import Drift
from conformance.exchange import Exchange, method
from conformance.keys import SIMULATOR_KEY, WRONG_KEY
from conformance.providers import BEARER, PROVIDERS, Provider
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
    provider = _provider(exchange, name)
    key = f"${provider.key_variable}" if provider else "$API_KEY"
    if exchange.credentials == "wrong" or kind == "sim":
        key = WRONG_KEY if exchange.credentials == "wrong" else SIMULATOR_KEY
    header, value = provider.authorization(key) if provider else (BEARER, f"Bearer {key}")
    return ["-H", f'"{header}: {value}"']


def _provider(exchange: Exchange, name: str) -> Provider | None:
    """Whose endpoint it is, by the provider's name or the host that was asked."""
    host = urlsplit(exchange.request.url).hostname or ""
    return next((one for one in PROVIDERS.values() if name == one.name or one.serves(host)), None)


def _body(exchange: Exchange, mask: Mask, views: Views) -> list[str]:
    if not exchange.request.body:
        return []
    body = request_body(exchange.request, mask, views)
    if isinstance(body, str) and re.fullmatch(r"form of \d+ bytes", body):
        return ["-F", "purpose=batch", "-F", "file=@requests.jsonl"]
    if isinstance(body, str):
        return ["--data-binary", "@body"]
    return ["-H", "'Content-Type: application/json'", "-d", shlex.quote(orjson.dumps(body).decode())]
