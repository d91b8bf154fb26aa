"""What files of requests are taken from, and where files of results are put."""

import os
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

Source = str | os.PathLike[str] | BinaryIO | bytes | Iterable[Mapping[str, Any]]
"""A path, a file object open for reading bytes, of which all is sent, bytes, or requests, of which each is a line."""

Target = str | os.PathLike[str] | BinaryIO
"""A path, or a file object open for writing bytes."""
