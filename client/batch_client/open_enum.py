"""Enumerations that may grow."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A documented list of strings, to which an endpoint may add.

    A value that is not documented is kept: it equals its string, can be pickled, and says `is_known == False`.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    def __reduce_ex__(self, _protocol: object) -> tuple[type[Self], tuple[str]]:
        """By value: before Python 3.11.4 enumerations are pickled by name, which an undocumented value has not."""
        return type(self), (self.value,)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.value!r}{'' if self.is_known else ' (undocumented)'}>"

    @property
    def is_known(self) -> bool:
        """Whether the contract lists this value."""
        return self._value_ in type(self)._value2member_map_
