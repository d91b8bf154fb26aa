"""A few lines of shell that send the request of a drift again, without a key in them.

Comments come first: how to start a simulator, or where in a recording the request is, and where what is hidden is from.
The last line is the request.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from conformance.drift import Drift
from conformance.exchange import Exchange, method
from conformance.keys import SIMULATOR_KEY, WRONG_KEY
from conformance.multipart import FormPart
from conformance.providers import PROVIDERS, Provider
from conformance.recording.har import CREDENTIAL_HEADERS
from conformance.recording.mask import Mask
from conformance.report.example import SIMULATOR
from conformance.report.reproduce import simulated
from conformance.report.reproduce.asked import RequestText, as_sent, as_shown
from conformance.report.reproduce.shell import is_plain, printed, word
from conformance.report.text import visible

_DEFAULT_METHOD = {False: "GET", True: "POST"}
"""What curl sends without and with a body."""

_HEAD_MATTERS = frozenset(
    {
        *("response-status-undocumented", "response-media-type-undocumented", "response-body-not-json"),
        *("success-carries-error", "auth-not-enforced", "server-error"),
        *("request-invalid-accepted", "request-valid-rejected"),
    }
)
"""Rules of which status and headers show the drift."""

_LONGEST = 8_000
"""Characters of a body that a command has in itself."""


def reproduce(drift: Drift, mask: Mask) -> str | None:
    """The lines; None for a contract's own drift."""
    exchange, endpoint = drift.example, drift.identity.endpoint
    if exchange is None or endpoint is None:
        return None
    kind, _, name = endpoint.partition(":")
    if kind == "sim" and name in PROVIDERS:
        first = simulated.before(exchange, drift.path or (), name)
        asked = as_sent(exchange, SIMULATOR, first.variables)
        lines = [f"# batch-conformance serve {name} --port 8080", *first.commands]
        key = [] if exchange.credentials == "absent" else [simulated.authorization(name, _key(exchange))]
    else:
        asked = as_shown(exchange, mask)
        lines = [f"# {visible(exchange.origin[0])}, byte {exchange.origin[1]}"] if kind == "recorded" else []
        lines += [f"# ${variable}: {origin}" for variable, origin in asked.origins.items()]
        key = list(_authorization(exchange, name))
    return "\n".join([*lines, *_files(asked), _request(drift, exchange, asked, key)])


def _key(exchange: Exchange) -> str:
    return WRONG_KEY if exchange.credentials == "wrong" else SIMULATOR_KEY


def _authorization(exchange: Exchange, name: str) -> Iterator[str]:
    """The option with the key: in the header that had it, as the user's shell knows it."""
    if exchange.credentials == "absent":
        return
    provider = _provider(exchange, name)
    key = f"${provider.key_variable}" if provider else "$API_KEY"
    key = WRONG_KEY if exchange.credentials == "wrong" else key
    carried = next((one for one, _ in exchange.request.headers if one.lower() in CREDENTIAL_HEADERS), None)
    if carried is None and provider is not None:
        carried = provider.key_header
    bare = carried is not None and carried.lower() != "authorization"
    yield f'-H "{carried}: {key}"' if bare else f'-H "Authorization: Bearer {key}"'


def _provider(exchange: Exchange, name: str) -> Provider | None:
    """Whose endpoint it is, by the provider's name or the host that was asked."""
    host = urlsplit(exchange.request.url).hostname or ""
    return next((one for one in PROVIDERS.values() if name == one.name or one.serves(host)), None)


def _files(asked: RequestText) -> Iterator[str]:
    """Comments on the files that the command reads."""
    for part in asked.form or ():
        if part.filename is not None and not _has_content(part):
            yield f"# requests.jsonl: {len(part.content)} bytes"
    if asked.form is None and asked.body is not None and not _fits(asked.body):
        yield "# body"


def _has_content(part: FormPart) -> bool:
    """Whether a file's content is there, and not what stands for it."""
    return bool(part.content.strip(b"x")) and len(part.content) <= _LONGEST


def _fits(body: bytes) -> bool:
    return 0 < len(body) <= _LONGEST


def _request(drift: Drift, exchange: Exchange, asked: RequestText, key: list[str]) -> str:
    shown = method(exchange.request.method)
    words = ["curl"]
    if shown == "HEAD":
        words.append("-I")
    elif drift.rule in _HEAD_MATTERS:
        words.append("-i")
    if shown not in {"HEAD", _DEFAULT_METHOD[asked.body is not None or asked.form is not None]}:
        words += ["-X", shown]
    if any(one in asked.target for one in "[]{}"):
        words.append("-g")
    if "/." in asked.target.partition("?")[0]:
        words.append("--path-as-is")
    words += [word(asked.server + asked.target, asked.variables), *key]
    piped, data = _form(asked.form, asked.variables) if asked.form is not None else _body(asked)
    return " ".join([*([piped, "|"] if piped else []), *words, *data])


def _form(form: tuple[FormPart, ...], variables: Mapping[str, str]) -> tuple[str, list[str]]:
    """What is piped in, and the options; of several files only the first can be."""
    piped, options = "", []
    for part in form:
        name = visible(part.name)
        if part.filename is None:
            options += ["--form-string", word(f"{name}={part.content.decode(errors='replace')}", variables)]
        elif _has_content(part) and not piped:
            piped = printed(part.content)
            kind = f";type={part.media_type}" if part.media_type else ""
            escaped = part.filename.replace("\\", "\\\\").replace('"', '\\"')
            options += ["-F", word(f'{name}=@-;filename="{visible(escaped)}"{kind}')]
        else:
            options += ["-F", word(f"{name}=@requests.jsonl")]
    return piped, options


def _body(asked: RequestText) -> tuple[str, list[str]]:
    if asked.body is None:
        return "", []
    declared = visible(asked.content_type) if asked.content_type else None
    kind = ["-H", word("Content-Type:" if declared is None else f"Content-Type: {declared}")]
    if not _fits(asked.body):
        return "", [*kind, "--data-binary", "@body"]
    if not is_plain(asked.body) or asked.body.endswith(b"\n"):
        return printed(asked.body, asked.variables), [*kind, "--data-binary", "@-"]
    return "", [*kind, "-d" if asked.body[:1] in b"{[" else "--data-raw", word(asked.body.decode(), asked.variables)]
