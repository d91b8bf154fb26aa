"""Virtual time: a simulator's clock stands still, or follows the wall clock at any speed, and can be moved on."""

import math
import time

from attrs import define, field

FIXED_START = 1_749_027_166
"""Where a clock that stands still begins: an hour after the batch of a provider's sample was created."""
END = 253_370_764_800
"""Where every clock stops: the first moment of the year 9999. Later ones are no dates to most programs."""


@define
class Clock:
    """Seconds since the epoch. `speed` is virtual seconds a real one; at 0 the same run gives the same bytes.

    Raises, when made:
        ValueError: there is no such speed.
    """

    speed: float = 1.0
    start: float = field(default=0.0)
    _origin: float = field(factory=time.monotonic, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin at the given moment, or at a fixed one if it stands still and now if not."""
        if not (math.isfinite(self.speed) and self.speed >= 0):
            raise ValueError(f"speed must be a number of at least 0, not {self.speed}")
        self.start = max(self.start, FIXED_START if self.frozen else time.time())

    @property
    def frozen(self) -> bool:
        """Whether only `advance` moves it."""
        return self.speed == 0

    def now(self) -> int:
        """The moment, in whole seconds."""
        return int(min(self.start + (time.monotonic() - self._origin) * self.speed, END))

    def after(self, seconds: float) -> int:
        """The moment that comes so much later.

        Raises:
            ValueError: time does not go there.
        """
        if not seconds >= 0:
            raise ValueError(f"time only moves on: {seconds} seconds")
        if seconds > END - self.now():
            raise ValueError(f"time ends with the year 9998, {END - self.now()} seconds from now, not {seconds:g}")
        return int(self.now() + seconds)

    def advance(self, seconds: float) -> None:
        """Move on; never back.

        Raises:
            ValueError: time does not go there.
        """
        self.after(seconds)
        self.start += seconds
