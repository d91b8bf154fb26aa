"""A request's body where it is no upload: never more than a bound of it in memory."""

from starlette.requests import Request

from conformance.simulator.troubles import Refusal

_LIMIT = 1 << 20


async def read_body(request: Request) -> bytes:
    """Read it.

    Raises:
        Refusal: it is longer than what any operation takes.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LIMIT:
            raise Refusal("invalid", f"the body has more than {_LIMIT} bytes")
    return bytes(body)
