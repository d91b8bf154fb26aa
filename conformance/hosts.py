"""Who may call a server on this machine by which name: a page whose name was made to mean this machine is no caller.

A browser sends the name that the page's address has. A name that someone rebinds to a loopback address is therefore
told from the server's own, and refused before anything is looked at.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

_FORM = re.compile(r"(?:\[([^\]]+)\]|([^:\[\]]+))(?::([0-9]{1,5}))?")
_HTTP = 80


def is_own(header: str, server: tuple[str, int], host: str) -> bool:
    """Whether a Host header names the server that it reached.

    Args:
        header: what the client sent.
        server: the address and port of this end of the connection.
        host: what the server was told to listen on.
    """
    match = _FORM.fullmatch(header)
    if match is None or int(match[3] or _HTTP) != server[1]:
        return False
    name = _name(match)
    if name in {"localhost", host.lower()}:
        return True
    address = _address(name)
    return address is not None and (address.is_loopback or address == _address(server[0]))


def is_loopback(authority: str) -> bool:
    """Whether a host, with or without port, is this machine whatever any name server says."""
    match = _FORM.fullmatch(authority)
    if match is None:
        return False
    name = _name(match)
    address = _address(name)
    return name == "localhost" or name.endswith(".localhost") or (address is not None and address.is_loopback)


def _name(match: re.Match[str]) -> str:
    return (match[1] or match[2]).lower().removesuffix(".")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
