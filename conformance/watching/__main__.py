"""A follower in a process of its own: sizes of the spool in, a line each; new findings out, likewise, as JSON.

What judges never slows down what is judged, and if it breaks, that is told, and nothing else breaks.
"""

import os
import sys

import orjson

from conformance.watching.follower import Follower
from conformance.watching.plan import WatchPlan
from conformance.watching.why import why_broken


def main() -> int:
    """Follow until nothing more comes; returns the exit code."""
    said = False
    os.nice(10)  # whoever is watched goes first
    plan = sys.stdin.buffer.readline()
    try:
        follower = Follower(WatchPlan.loads(plan))
        _tell(ready=True)
        for size in sys.stdin.buffer:
            for line in follower.advance(int(size)):
                _tell(finding=line)
            if follower.broken is not None and not said:
                said = True
                _tell(broken=why_broken(follower.broken))
        follower.close()
    except Exception as error:  # noqa: BLE001 - this is the end of the program
        _tell(broken=why_broken(error))
        return 2
    return 0


def _tell(**what: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(what) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
