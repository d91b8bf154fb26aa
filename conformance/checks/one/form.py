"""What an answer is: its media type, and JSON where that is promised."""

from collections.abc import Iterator

from conformance.checks.case import Case
from conformance.checks.finder import judges
from conformance.contract import Response
from conformance.drift import Breach
from conformance.exchange import NOT_JSON
from conformance.masking import shown_media_type
from conformance.rules import Severity


@judges("kind")
def form(case: Case) -> Iterator[Breach]:
    """Whether the media type is documented, and what should be JSON is JSON."""
    if case.documented is not None and case.documented.media_types:
        yield from (_content if case.is_content else _body)(case, case.answer.media_type, case.documented)


def _body(case: Case, declared: str | None, documented: Response) -> Iterator[Breach]:
    answer = case.answer
    unlisted = declared not in documented.media_types and not _covered(declared, documented)
    text = case.payload is NOT_JSON and documented.schema is not None
    if unlisted and (declared or answer.body):
        yield _undocumented_type(declared, documented, None)
    elif text:
        yield Breach(
            rule="response-body-not-json",
            pointer="",
            expected="JSON",
            observed=_text_kind(answer.body),
            location=documented.location,
        )


def _content(_: Case, declared: str | None, documented: Response) -> Iterator[Breach]:
    """Any type that a file can have is no more than a remark.

    The content is never one JSON body, whatever the contract says of it: a results file has a line for each request.
    """
    if declared not in documented.media_types and not _covered(declared, documented):
        page = declared is not None and (declared in _PAGES or not declared.startswith(("text/", "application/")))
        yield _undocumented_type(declared, documented, None if page else "info")


_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def _undocumented_type(declared: str | None, documented: Response, severity: Severity | None) -> Breach:
    return Breach(
        rule="response-media-type-undocumented",
        pointer="",
        expected=" or ".join(sorted(documented.media_types)),
        observed="(none declared)" if declared is None else shown_media_type(declared),
        location=documented.location,
        severity=severity,
    )


def _covered(declared: str | None, documented: Response) -> bool:
    """Whether a wildcard of the contract covers the declared type."""
    if declared is None:
        return False
    return bool({"*/*", f"{declared.split('/')[0]}/*"} & documented.media_types)


def _text_kind(body: bytes) -> str:
    """What a body is that is not JSON."""
    if not body.strip():
        return "empty body"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return "not UTF-8"
    start = text.lstrip()[:1]
    return {"<": "markup", "{": "broken JSON", "[": "broken JSON"}.get(start, "text")
