"""What stands behind a contract: kept OpenAPI blocks, samples and values of rendered ones, and what others document."""

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from conformance.document import Document, Location, read
from conformance.specs import specs_dir

REFERENCE = "reference.yaml"
"""The file of what pages that are not kept document."""
STATED = ("x-limits", "x-values")
"""What OpenAPI has no words for, and may be stated of what another source documents."""


@frozen
class Sample:
    """A body that a page shows. `kind` is request or response; `location` is its place in `page`."""

    page: "KeptPage"
    location: Location
    operation: str
    kind: str
    status: int | None
    body: Any


@frozen
class KeptPage:
    """One kept page: `file` is how reports name it; an OpenAPI block, or the data of a rendered page.

    `contract` is there for what other pages document: the contract whose names it uses.
    """

    file: str
    document: Document
    contract: Document | None = None

    @property
    def is_openapi(self) -> bool:
        """Whether the page embeds an OpenAPI block."""
        return isinstance(self.document.data, dict) and "openapi" in self.document.data


def pages(provider: str) -> Iterator[KeptPage]:
    """The kept pages of a provider, by file name; none for a contract that no page stands behind.

    Raises:
        DocumentError: a kept page cannot be read.
    """
    folder = specs_dir() / "sources" / provider
    for path in sorted(folder.glob("*.yaml")):
        contract = read(specs_dir() / f"{provider}.yaml") if path.name == REFERENCE else None
        yield KeptPage(f"specs/sources/{provider}/{path.name}", read(path), contract)


def says_nothing(node: Any) -> bool:
    """Whether nothing is said in OpenAPI's own words: only extensions, at places that another source documents."""
    return isinstance(node, dict) and all(
        str(key).startswith("x-") or (isinstance(child, dict) and says_nothing(child)) for key, child in node.items()
    )


def samples(page: KeptPage) -> Iterator[Sample]:
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
