"""The published pages behind a contract: each kept OpenAPI block, and the samples and values of rendered pages."""

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from conformance.document import Document, Location, read
from conformance.specs import specs_dir


@frozen
class Sample:
    """A body that a page shows. `kind` is request or response; `location` is its place in `page`."""

    page: "Page"
    location: Location
    operation: str
    kind: str
    status: int | None
    body: Any


@frozen
class Page:
    """One kept page: `file` is how reports name it; an OpenAPI block, or the data of a rendered page."""

    file: str
    document: Document

    @property
    def is_openapi(self) -> bool:
        """Whether the page embeds an OpenAPI block."""
        return isinstance(self.document.data, dict) and "openapi" in self.document.data


def pages(provider: str) -> Iterator[Page]:
    """The kept pages of a provider, by file name; none for a contract that no page stands behind.

    Raises:
        DocumentError: a kept page cannot be read.
    """
    folder = specs_dir() / "sources" / provider
    for path in sorted(folder.glob("*.yaml")):
        yield Page(f"specs/sources/{provider}/{path.name}", read(path))


def samples(page: Page) -> Iterator[Sample]:
    """The bodies that a rendered page shows."""
    for index, one in enumerate(page.document.data.get("samples", ())):
        status = one.get("status")
        yield Sample(
            page=page,
            location=("samples", index, "body"),
            operation=one["operation"],
            kind=one["kind"],
            status=int(status) if status is not None else None,
            body=one["body"],
        )
