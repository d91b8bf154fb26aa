"""The samples of the documentation pages that a simulator shows."""

from typing import Any

from conformance.sources import pages, samples


class SampleError(Exception):
    """A sample that a simulator shows is not where it should be; the message is one line."""


def response_sample(provider: str, operation: str, status: int) -> Any:
    """The body that the provider's page shows for a response.

    Raises:
        SampleError: no page has one.
    """
    for page in pages(provider):
        for sample in () if page.is_openapi else samples(page):
            if (sample.operation, sample.kind, sample.status) == (operation, "response", status):
                return sample.body
    raise SampleError(f"specs/sources/{provider}: no sample of a {status} response of {operation}")
