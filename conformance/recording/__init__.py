"""Recorded traffic as HAR and as a HAR entry a line: read in any size, written masked."""

from conformance.recording.opening import SourceError
from conformance.recording.transport import AsyncRecordingTransport, RecordingTransport
from conformance.recording.writer import Recording

__all__ = ["AsyncRecordingTransport", "Recording", "RecordingTransport", "SourceError"]
