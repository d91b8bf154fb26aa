"""Recorded traffic as HAR and as a HAR entry a line: read in any size, written masked; and clients that are watched.

Names are brought in when they are first asked for: who reads recordings needs no HTTP library.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from conformance.recording.opening import SourceError

if TYPE_CHECKING:
    from conformance.recording.transport import AsyncRecordingTransport, RecordingTransport
    from conformance.recording.writer import Recording
    from conformance.watching.client import Watching, watching

__all__ = ["AsyncRecordingTransport", "Recording", "RecordingTransport", "SourceError", "Watching", "watching"]

_HOMES = {
    "AsyncRecordingTransport": "conformance.recording.transport",
    "RecordingTransport": "conformance.recording.transport",
    "Recording": "conformance.recording.writer",
    "Watching": "conformance.watching.client",
    "watching": "conformance.watching.client",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
