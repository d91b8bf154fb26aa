"""The nine operations of a batch's life, by the names that reports call them, and which path is which.

A path decides from the right: what stands before an operation's own steps must be a base, such as `/v1`. So
`/v1/batches` and `/team/a/v1/batches` list batches, `/v1/vector_stores/{id}/files` and `/v1/messages/batches` are
nobody's business here.
"""

import re
from collections.abc import Collection, Iterator, Mapping

Steps = tuple[str, ...]
PARAMETER = "{}"
"""Stands in a table for any step."""

FORMS: Mapping[str, tuple[str, tuple[Steps, ...]]] = {
    "list_batches": ("GET", (("batches",),)),
    "create_batch": ("POST", (("batches",),)),
    "retrieve_batch": ("GET", (("batches", PARAMETER),)),
    "cancel_batch": ("POST", (("batches", PARAMETER, "cancel"),)),
    "upload_file": ("POST", (("files",), ("files", "upload"))),
    "list_files": ("GET", (("files",),)),
    "retrieve_file": ("GET", (("files", PARAMETER),)),
    "delete_file": ("DELETE", (("files", PARAMETER),)),
    "file_content": ("GET", (("files", PARAMETER, "content"),)),
}
"""Method and steps of each operation, the usual ones first."""

OPERATIONS = tuple(FORMS)
"""Their names, in the order of a batch's life."""

PARAMETER_NAMES: Mapping[str, str] = {"batches": "batch_id", "files": "file_id"}
"""What the parameter below a collection is called here, whatever a contract calls it."""

_VERSION = re.compile(r"v[0-9]+(?:\.[0-9]+)?(?:[._-]?(?:alpha|beta|preview|rc)[0-9]*)?|openai", re.IGNORECASE)


def steps(path: str) -> Steps:
    """The steps of a path, without empty ones."""
    return tuple(step for step in path.split("/") if step)


def is_parameter(step: str) -> bool:
    """Whether a step of a template stands for any step."""
    return step.startswith("{") and step.endswith("}")


def is_base(before: Steps, known: Collection[Steps] = ()) -> bool:
    """Whether what stands before an operation's own steps is the base of an API: none, a known one, a version."""
    return (
        not before
        or before in known
        or _VERSION.fullmatch(before[-1]) is not None
        or tuple(step.lower() for step in before[-3:-1]) == ("openai", "deployments")
    )


def candidates(method: str, path: Steps, *, template: bool = False) -> Iterator[tuple[str, Steps, Steps]]:
    """The operations that a path may be, whatever its base: the name, what stands before, and its own steps.

    In a `template` only a parameter fits a parameter: `/files/search` is no file.
    """
    for name, (asked, forms) in FORMS.items():
        for form in forms if asked == method else ():
            before, own = path[: len(path) - len(form)], path[len(path) - len(form) :]
            if len(own) == len(form) and all(_fits(*pair, template=template) for pair in zip(form, own, strict=True)):
                yield name, before, own


def _fits(form: str, step: str, *, template: bool) -> bool:
    return (not template or is_parameter(step)) if form == PARAMETER else form == step
