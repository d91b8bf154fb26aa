"""What finds breaches in one exchange: the functions that the rows of the catalogue name.

The shortcut (`quick`) passes bodies over in which nothing is to be found. It may do so only where every finder that
looks into bodies says how that is told in a hurry: one that does not switches the shortcut off, where it looks.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from pkgutil import resolve_name
from typing import Any

from attrs import frozen

from conformance.checks.case import Case
from conformance.drift import Breach
from conformance.rules import CATALOGUE

ROOM = "checks.one."


@frozen
class Finder:
    """Looks at one exchange for what breaks a rule, or several that go together.

    `payload`: it looks into bodies, and not only at what a page says of itself. `operations`: it looks at these only,
    if not None. `quick`: a decoded batch in which it would find nothing gives True; None where nobody has said how to
    tell. `credentials`: what it finds depends on what the request carried.
    """

    find: Callable[[Case], Iterable[Breach]]
    payload: bool = True
    operations: Collection[str] | None = None
    quick: Callable[[Any], bool] | None = None
    credentials: bool = False

    def __call__(self, case: Case) -> Iterable[Breach]:
        """What breaks a rule in this exchange."""
        return self.find(case)

    def looks_at(self, operation: str) -> bool:
        """Whether it has anything to say of an operation."""
        return self.operations is None or operation in self.operations


def judges(
    *,
    payload: bool = True,
    operations: Collection[str] | None = None,
    quick: Callable[[Any], bool] | None = None,
    credentials: bool = False,
) -> Callable[[Callable[[Case], Iterable[Breach]]], Finder]:
    """Declare a finder."""
    return lambda find: Finder(find, payload, operations, quick, credentials)


def in_types(_: Any) -> bool:
    """The quick form of what the types of the shortcut say already, made as they are of the same tables."""
    return True


def quick_forms(operation: str) -> tuple[Callable[[Any], bool], ...] | None:
    """How all that look into the bodies of an operation say in a hurry that there is nothing to be found.

    None where one of them does not.
    """
    forms = [one.quick for one in finders(operation, credentials=False) if one.payload]
    known = tuple(form for form in forms if form is not None)
    return known if len(known) == len(forms) else None


@cache
def finders(operation: str, *, credentials: bool) -> tuple[Finder, ...]:
    """Those that look at an operation, each once, in the order of the catalogue.

    `credentials`: those for which it matters what the request carried; else the others.
    """
    names = dict.fromkeys(rule.finder for rule in CATALOGUE.values() if rule.finder.startswith(ROOM))
    found = [resolve_name(f"conformance.{name}") for name in names]
    every = [one if isinstance(one, Finder) else Finder(one) for one in found]
    return tuple(one for one in every if one.looks_at(operation) and one.credentials == credentials)
