"""Where a payload is not as documented."""

import json
from typing import Any, Self, TypeGuard

_SHOWN = 60


class Drift(str):
    """A place in a payload that is not as documented, as JSONPath: `drift == "$.request_counts"`.

    `documented` says what should be there ("an object"), `observed` what is ("null"); `message` is all three in a line.
    """

    __slots__ = ("documented", "observed")

    documented: str
    observed: str

    def __new__(cls, place: str, documented: str, observed: str) -> Self:
        """Name a place."""
        drift = super().__new__(cls, place)
        drift.documented = documented
        drift.observed = observed
        return drift

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]  # more than str's own, for pickle
        return str(self), self.documented, self.observed

    def __repr__(self) -> str:
        return f"<{self.message}>"

    @property
    def message(self) -> str:
        """For people: `$.request_counts: null where an object is documented`."""
        return f"{self}: {self.observed} where {self.documented} is documented"

    def below(self, step: str) -> "Drift":
        """The same, seen from one level up; `step` as `named` and `at` write it."""
        return Drift(f"${step}{self[1:]}", self.documented, self.observed)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


def named(name: str) -> str:
    """The step to a property, in JSONPath."""
    return f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"


def at(index: int) -> str:
    """The step to an element of an array, in JSONPath."""
    return f"[{index}]"


def described(value: Any) -> str:
    """A JSON value in a few words."""
    match value:
        case None:
            return "null"
        case list():
            return "an array"
        case dict():
            return "an object"
        case str():
            return json.dumps(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…", ensure_ascii=False)
        case _:
            return json.dumps(value, default=str)
