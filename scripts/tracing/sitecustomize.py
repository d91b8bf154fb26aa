# ruff: noqa: INP001 - a name that Python looks for, not a module to import
"""Python loads this first in every process that has this folder on its path: it writes down what a test calls.

`TRACED` names the file that it adds lines to (test, tab, function), `TRACED_BELOW` the folder whose functions count.
"""

import os
import sys
import threading
from types import CodeType, FrameType

_FILE, _BELOW = os.environ.get("TRACED", ""), os.environ.get("TRACED_BELOW", "")
seen: dict[int, CodeType] = {}
"""What the test that runs has called."""


def _called(frame: FrameType, _event: str, _value: object) -> None:
    code = frame.f_code
    if id(code) in seen:
        return
    seen[id(code)] = code
    if code.co_filename.startswith(_BELOW):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        place = os.open(_FILE, os.O_WRONLY | os.O_APPEND)
        os.write(place, f"{test}\t{code.co_filename.removeprefix(_BELOW)}:{code.co_qualname}\n".encode())
        os.close(place)


if _FILE and _BELOW:
    sys.settrace(_called)
    threading.settrace(_called)
