"""Why no answer came, in the words of this project: nothing else is repeated of what others wrote."""

import re

NO_RESPONSE = "no response"

_FAILURES = (
    ("ConnectTimeout", "no connection in time"),
    ("TimeoutException", "no answer in time"),
    ("RemoteProtocolError", "the answer is not HTTP, or breaks off"),
    ("ReadError", "the connection was dropped"),
    ("WriteError", "the connection was dropped"),
)
"""By the name of what is raised, which is the same in httpx and in httpx2."""

PHRASES = frozenset(
    {
        NO_RESPONSE,
        *(words for _, words in _FAILURES),
        "the body's content encoding is broken",
        "the body's content encoding breaks off",
        "the body's content encoding was not asked for",
        "the answer was not read to its end",
        "TLS failed",
        "the host name is not known",
        "connection refused",
        "no connection",
    }
)

_WITH_FIGURES = re.compile(
    r"a body of more than [0-9,]{1,20} (?:bytes|values)"
    r"|a body packed in more than [0-9]{1,6} pieces"
    r"|[0-9]{1,6} content encodings at once"
)
_CHROME = re.compile(
    r"net::ERR_(?:CONNECTION_(?:REFUSED|RESET|CLOSED|ABORTED|FAILED|TIMED_OUT)|TIMED_OUT|NAME_NOT_RESOLVED|ABORTED|FAILED"
    r"|ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED|NETWORK_CHANGED|EMPTY_RESPONSE|INVALID_RESPONSE|BLOCKED_BY_CLIENT"
    r"|BLOCKED_BY_RESPONSE|CERT_(?:AUTHORITY|DATE|COMMON_NAME)_INVALID|SSL_PROTOCOL_ERROR|HTTP2_PROTOCOL_ERROR|QUIC_PROTOCOL_ERROR"
    r"|TUNNEL_CONNECTION_FAILED|PROXY_CONNECTION_FAILED|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH"
    r"|CONTENT_DECODING_FAILED|TOO_MANY_REDIRECTS)"
)


def known_failure(text: object) -> str:
    """What a recording says of why no answer came, if it says so in words of ours or Chrome's."""
    fits = isinstance(text, str) and (text in PHRASES or _WITH_FIGURES.fullmatch(text) or _CHROME.fullmatch(text))
    return str(text) if fits else NO_RESPONSE


def failure_words(error: Exception) -> str:
    """Why nothing came back, in a few words without addresses."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    for kind, words in _FAILURES:
        if kind in kinds:
            return words
    text = str(error).lower()
    if "ssl" in text or "certificate" in text:
        return "TLS failed"
    if "name or service" in text or "getaddrinfo" in text or "name resolution" in text or "nodename" in text:
        return "the host name is not known"
    return "connection refused" if "refused" in text else "no connection"
