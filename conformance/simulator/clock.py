"""Virtual time: a simulator's clock stands still, or follows the wall clock at any speed, and can be moved on."""

import time

from attrs import define, field

FIXED_START = 1_749_027_166
"""Where a clock that stands still begins: an hour after SiliconFlow's sample batch was created."""


@define
class Clock:
    """Seconds since the epoch. `speed` is virtual seconds a real one; at 0 the same run gives the same bytes."""

    speed: float = 1.0
    start: float = field(default=0.0)
    _origin: float = field(factory=time.monotonic, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin at the given moment, or at a fixed one if it stands still and now if not."""
        self.start = max(self.start, FIXED_START if self.frozen else time.time())

    @property
    def frozen(self) -> bool:
        """Whether only `advance` moves it."""
        return self.speed == 0

    def now(self) -> int:
        """The moment, in whole seconds."""
        return int(self.start + (time.monotonic() - self._origin) * self.speed)

    def advance(self, seconds: float) -> None:
        """Move on; never back."""
        if seconds < 0:
            raise ValueError(f"time only moves on: {seconds} seconds")
        self.start += seconds
