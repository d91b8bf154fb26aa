"""What is SiliconFlow's own, where the providers differ."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx
from attrs import evolve

from . import models
from ._call import Call
from ._drift import Drift
from ._model import Model
from ._reading import object_of, read
from .api.files import list_files
from .models import FilePurpose, ListFilesResponse, UploadFileResponse
from .types import UNSET

BASE_URL = "https://api.siliconflow.cn/v1"
KEY_VARIABLE = "SILICONFLOW_API_KEY"
BASE_URL_VARIABLE = "SILICONFLOW_BASE_URL"
VERSIONED_PATHS = False
"""Whether the paths of the contract begin with `/v1`."""

UploadedFile = models.UploadedFile
"""What an upload gives."""

read_upload = partial(read, UploadFileResponse, needed="$.data.id")
read_files = partial(read, ListFilesResponse, needed="$.data.data")

FILE_READERS: Mapping[str, Callable[..., Model]] = {"upload_file": read_upload, "list_files": read_files}
"""How the responses to the file operations are read."""


def uploaded(response: httpx.Response, *, strict: bool) -> UploadedFile:
    """The file that an upload made: it comes in an envelope, and is taken without one unless `strict`."""
    if strict or not response.is_success or "id" not in object_of(response):
        return read_upload(response, strict=strict).data
    found = read(UploadedFile, response, needed="$.id")
    return evolve(found, drift=(Drift("$", "an envelope", "the file itself"), *found.drift))


def content_request(file_id: str) -> dict[str, Any]:
    """The request for the content of a file: not documented, but what an id would be good for if it is no URL."""
    return {"method": "get", "url": f"/files/{quote(file_id, safe='')}/content"}


def list_files_call(purpose: str, limit: int | None, *, strict: bool) -> Call[ListFilesResponse]:
    """List files of one purpose."""
    arguments = list_files.get_kwargs(purpose=FilePurpose(purpose), limit=UNSET if limit is None else limit)
    return Call(arguments, partial(read_files, strict=strict))
