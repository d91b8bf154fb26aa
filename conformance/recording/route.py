"""Which operation a recorded request is: the path decides, from the right, if what stands before it is a base."""

from collections.abc import Collection
from urllib.parse import unquote

from attrs import frozen

from conformance.operations import FORMS, PARAMETER, PARAMETER_NAMES, Steps, candidates, is_base, steps

STATIC_STEPS = frozenset(step for _, forms in FORMS.values() for form in forms for step in form) - {PARAMETER}
"""The words that paths of operations are made of."""


@frozen
class Match:
    """The name of an operation and the path parameters, decoded."""

    operation: str
    parameters: tuple[tuple[str, str], ...]


def match(method: str, path: str, bases: Collection[Steps] = ()) -> Match | None:
    """The operation of a request; None where it is none.

    `bases` are what may stand before an operation besides what looks like a base: those of the host's record.
    """
    for name, before, own in candidates(method, steps(path)):
        if is_base(before, bases):
            named = own[1:2]
            parameters = tuple((PARAMETER_NAMES[own[0]], unquote(step)) for step in named if step not in STATIC_STEPS)
            return Match(name, parameters)
    return None
