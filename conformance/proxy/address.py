"""Where requests go on to, and who may send them: a program on this machine may, a web page may not."""

import h11
import httpx
from attrs import frozen

from conformance.hosts import is_loopback, is_own

HOST = "127.0.0.1"
"""What the gateway listens on, and nothing else."""

_VERSION = b"v1"
_PORTS = {False: 80, True: 443}


@frozen
class Base:
    """A provider's base URL, taken apart. `steps` are those of its path."""

    origin: str
    """Scheme, host and port."""
    host: str
    port: int
    tls: bool
    authority: bytes
    """What the Host header says there."""
    steps: tuple[bytes, ...]

    @classmethod
    def of(cls, url: str) -> "Base":
        """Take apart an http or https URL without user, query and fragment."""
        parts = httpx.URL(url)
        tls = parts.scheme == "https"
        steps = tuple(step for step in parts.raw_path.split(b"/") if step)
        authority = parts.netloc
        host = parts.raw_host.decode("ascii")
        return cls(
            f"{parts.scheme}://{authority.decode('ascii')}", host, parts.port or _PORTS[tls], tls, authority, steps
        )

    @property
    def path(self) -> str:
        """What the paths of the API begin with, such as `/v1`."""
        return "".join(f"/{step.decode()}" for step in self.steps)

    def target(self, asked: bytes) -> bytes:
        """What to ask for there: clients have the whole of the base, the end of it, `/v1` or nothing before a path."""
        if not asked.startswith(b"/"):  # `OPTIONS *`
            return asked
        path, mark, query = asked.partition(b"?")
        steps = tuple(path.split(b"/")[1:])
        for size in range(len(self.steps), 0, -1):
            if steps[:size] == self.steps[len(self.steps) - size :]:
                return b"/".join((b"", *self.steps[: len(self.steps) - size], *steps)) + mark + query
        rest = steps[1:] if self.steps and steps[0] == _VERSION else steps
        return b"/".join((b"", *self.steps, *rest)) + mark + query


@frozen
class ProxyRefusal:
    """Why a request is not passed on."""

    status: int
    words: str


def refusal(request: h11.Request, port: int) -> ProxyRefusal | None:
    """Why a request may not pass; None if it may.

    A page that made its own name mean this machine sends that name as Host; a page of elsewhere sends its Origin, or
    says that it is of elsewhere.
    """
    hosts = [value.decode("latin-1") for name, value in request.headers if name == b"host"]
    if len(hosts) != 1 or not is_own(hosts[0], (HOST, port), HOST):
        return ProxyRefusal(421, f"the Host header must name this proxy: {HOST}:{port}, or localhost with that port")
    if not request.target.startswith(b"/") and request.target != b"*":
        return ProxyRefusal(400, f"this is no forward proxy: http://{HOST}:{port} takes the place of the base URL")
    headers = {name: value.decode("latin-1") for name, value in request.headers}
    origin = headers.get(b"origin")
    if origin is None:
        foreign = headers.get(b"sec-fetch-site") == "cross-site"
    else:
        foreign = not is_loopback(origin.partition("://")[2])
    return ProxyRefusal(403, "web pages of other hosts may not use this proxy") if foreign else None
