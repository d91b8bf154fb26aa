"""One provider, as the record in its package describes it; nothing else that differs between providers is anywhere."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from batch_client.drift import Drift, is_object
from batch_client.model import Model, Undocumented
from batch_client.reading import object_of, read
from batch_client.relies import NEEDED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx


@frozen
class Operation:
    """One operation, as documented; where it is not, as OpenAI documents it.

    Attributes:
        method: Of HTTP.
        path: Below the base address, with `{batch_id}` or `{file_id}`.
        model: What a success is read as, by its name in the package's `models`; None for a file's content, and for
            what no model is documented of.
        query: The parameters that it takes.
        required: Those of them that must be given.
        envelope: The property of that model that holds what is asked for, if it is not the model itself.
        inner: What that is read as.
        item: What the items of a list are read as.
    """

    method: str
    path: str
    model: str | None = None
    query: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    envelope: str | None = None
    inner: str | None = None
    item: str | None = None


@frozen
class Provider:
    """One provider.

    Attributes:
        label: What people call it.
        package: Where its models are.
        distribution: What it is installed as, and says it is.
        version: Of the distribution.
        base_url: Where it is unless one says otherwise, with the version of its API.
        paths_begin: What the generated requests in `api` put before a path, although `base_url` ends in it.
        key_variable: Where the environment has the key.
        base_url_variable: Where the environment has another address.
        key_header: Where the key is sent: `Authorization` as a Bearer, any other header bare.
        operations: By the name that all providers share.
    """

    label: str
    package: str
    distribution: str
    version: str
    base_url: str
    paths_begin: str
    key_variable: str
    base_url_variable: str
    key_header: str
    operations: Mapping[str, Operation]

    def model(self, name: str | None) -> type[Model]:
        """A model of the package; without a name one of which nothing is documented."""
        found: type[Model] = getattr(import_module(f"{self.package}.models"), name) if name else Undocumented
        return found

    def read(self, operation: str, response: httpx.Response, *, strict: bool = False) -> Model:
        """Read the whole answer to an operation by its name; the body must be loaded.

        Raises:
            BatchError: what the client's method would raise.
            KeyError: there is no such operation.
        """
        documented = self.operations[operation]
        needed = [documented.envelope, NEEDED.get(operation)]
        place = ".".join(["$", *(step for step in needed if step)])
        return read(self.model(documented.model), response, strict=strict, needed=place if needed[-1] else None)

    def asked_for(self, operation: str, response: httpx.Response, *, strict: bool = False) -> Any:
        """As `read`, without the envelope that an answer may come in; that this is missing is drift."""
        documented = self.operations[operation]
        if documented.envelope is None:
            return self.read(operation, response, strict=strict)
        field = NEEDED[operation]
        if not strict and response.is_success:
            payload = object_of(response)
            if field in payload and not is_object(payload.get(documented.envelope)):
                found = read(self.model(documented.inner), response, needed=f"$.{field}")
                return evolve(found, drift=(Drift("$", "an envelope", "what belongs into it"), *found.drift))
        return getattr(self.read(operation, response, strict=strict), documented.envelope)
