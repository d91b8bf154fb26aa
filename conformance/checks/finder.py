"""What finds breaches in one exchange: the functions that the rows of the catalogue name.

The shortcut (`quick`) passes bodies over in which nothing is to be found. It may do so only where every finder that
looks into bodies says how that is told in a hurry: one that does not switches the shortcut off, where it looks. What
finders say that look at a kind of exchange only is the same for all that the shortcut passes over.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from pkgutil import resolve_name
from typing import Any, Literal

from attrs import frozen

from conformance.checks.case import Case
from conformance.checks.quick import QuickForm
from conformance.drift import Breach
from conformance.rules import CATALOGUE

ROOM = "checks.one."

At = Literal["kind", "top", "body"]
"""Where finders look: at what exchanges of a kind have in common; at what a body says around its batches; into it."""


@frozen
class Finder:
    """Looks at one exchange for what breaks a rule, or several that go together.

    `at`: where it looks. `operations`: it looks at these only, if not None. `quick`: the quick form of one that looks
    into bodies; None where nobody has said how to tell that it would find nothing. `credentials`: what it finds depends
    on what the request carried.
    """

    find: Callable[[Case], Iterable[Breach]]
    at: At = "body"
    operations: Collection[str] | None = None
    quick: QuickForm | None = None
    credentials: bool = False

    def __call__(self, case: Case) -> Iterable[Breach]:
        """What breaks a rule in this exchange."""
        return self.find(case)


def judges(
    at: At = "body",
    *,
    operations: Collection[str] | None = None,
    quick: QuickForm | None = None,
    credentials: bool = False,
) -> Callable[[Callable[[Case], Iterable[Breach]]], Finder]:
    """Declare a finder."""
    return lambda find: Finder(find, at, operations, quick, credentials)


def in_types(_: Collection[str]) -> None:
    """The quick form of what the types of the shortcut say already, made as they are of the same tables."""


def each(fits: Callable[[Any], bool]) -> QuickForm:
    """A quick form that says of one decoded batch whether there is nothing to be found in it."""
    return lambda _: lambda batches: all(map(fits, batches.items))


@frozen
class Finders:
    """Those that look at an operation, each once, in the order of the catalogue.

    `carried` are those of a kind for which it matters what the request carried.
    """

    kind: tuple[Finder, ...]
    carried: tuple[Finder, ...]
    top: tuple[Finder, ...]
    body: tuple[Finder, ...]

    @property
    def quick_forms(self) -> tuple[QuickForm, ...] | None:
        """How all that look into bodies say in a hurry that they would find nothing; None where one does not."""
        known = tuple(one.quick for one in self.body if one.quick is not None)
        return known if len(known) == len(self.body) else None


@cache
def finders(operation: str) -> Finders:
    """All that the rows of the catalogue name for an operation."""
    names = dict.fromkeys(rule.finder for rule in CATALOGUE.values() if rule.finder.startswith(ROOM))
    found = [resolve_name(f"conformance.{name}") for name in names]
    every = [one if isinstance(one, Finder) else Finder(one) for one in found]
    looking = [one for one in every if one.operations is None or operation in one.operations]
    return Finders(
        tuple(one for one in looking if one.at == "kind" and not one.credentials),
        tuple(one for one in looking if one.at == "kind" and one.credentials),
        tuple(one for one in looking if one.at == "top"),
        tuple(one for one in looking if one.at == "body"),
    )
