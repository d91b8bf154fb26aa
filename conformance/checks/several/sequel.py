"""What the finders of several are, and what they give: a breach at an observation, and what it hangs on."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import define, frozen

from conformance.checks.several.trace import Observation
from conformance.contract import Operation
from conformance.drift import Breach

Absent = Callable[[Observation], bool]
"""Whether a request that shows no Authorization was sent without one."""


@frozen
class Sequel:
    """A breach that an observation shows after what came before it.

    `if_told`: names; it holds if each had been told before. `refusal`: and if the refusal was not right for what was
    there, or for want of a key.
    """

    observation: Observation
    breach: Breach
    if_told: frozenset[str] = frozenset()
    refusal: bool = False


@define(eq=False)
class Several:
    """Finds what several exchanges together show; a rule's row names a class of this kind."""

    operations: Mapping[str, Operation]

    def take(self, one: Observation) -> Iterable[Sequel]:  # noqa: ARG002 - for those who look
        """The next one in time."""
        return ()

    @property
    def is_doubtful(self) -> bool:
        """Whether it has to read all of it again."""
        return False

    def again(self, one: Observation) -> None:
        """The next one of the second reading."""

    def settle(self) -> Iterator[Sequel]:
        """What is known only in the end."""
        yield from ()
