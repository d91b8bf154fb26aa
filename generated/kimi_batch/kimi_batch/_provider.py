"""What is Kimi's own, where the providers differ."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import httpx

from ._call import Call
from ._model import Model
from ._reading import read
from .api.files import delete_file, file_content, list_files, retrieve_file
from .models import DeletedFile, File, FileList

BASE_URL = "https://api.moonshot.cn"
KEY_VARIABLE = "MOONSHOT_API_KEY"
BASE_URL_VARIABLE = "MOONSHOT_BASE_URL"
VERSIONED_PATHS = True
"""Whether the paths of the contract begin with `/v1`."""

UploadedFile = File
"""What an upload gives."""

read_upload = partial(read, File, needed="$.id")
read_file = partial(read, File)
read_files = partial(read, FileList, needed="$.data")
read_deleted = partial(read, DeletedFile)

FILE_READERS: Mapping[str, Callable[..., Model]] = {
    "upload_file": read_upload,
    "list_files": read_files,
    "retrieve_file": read_file,
    "delete_file": read_deleted,
}
"""How the responses to the file operations are read."""


def uploaded(response: httpx.Response, *, strict: bool) -> UploadedFile:
    """The file that an upload made."""
    return read_upload(response, strict=strict)


def content_request(file_id: str) -> dict[str, Any]:
    """The request for the content of a file."""
    return file_content.get_kwargs(file_id)


def list_files_call(*, strict: bool) -> Call[FileList]:
    """List all files."""
    return Call(list_files.get_kwargs(), partial(read_files, strict=strict))


def retrieve_file_call(file_id: str, *, strict: bool) -> Call[File]:
    """Look at one file's record."""
    return Call(retrieve_file.get_kwargs(file_id), partial(read_file, strict=strict))


def delete_file_call(file_id: str, *, strict: bool) -> Call[DeletedFile]:
    """Delete a file."""
    return Call(delete_file.get_kwargs(file_id), partial(read_deleted, strict=strict))
