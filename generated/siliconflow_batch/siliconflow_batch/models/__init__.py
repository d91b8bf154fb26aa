"""Contains all the data models used in inputs/outputs"""

from .bad_request_error import BadRequestError
from .batch import Batch
from .batch_list import BatchList
from .batch_metadata import BatchMetadata
from .create_batch_request import CreateBatchRequest
from .create_batch_request_endpoint import CreateBatchRequestEndpoint
from .create_batch_request_metadata import CreateBatchRequestMetadata
from .create_batch_request_replace import CreateBatchRequestReplace
from .file import File
from .file_list import FileList
from .file_purpose import FilePurpose
from .list_files_response import ListFilesResponse
from .overloaded_error import OverloadedError
from .request_counts import RequestCounts
from .upload_file_request import UploadFileRequest
from .upload_file_response import UploadFileResponse
from .uploaded_file import UploadedFile

__all__ = (
    "BadRequestError",
    "Batch",
    "BatchList",
    "BatchMetadata",
    "CreateBatchRequest",
    "CreateBatchRequestEndpoint",
    "CreateBatchRequestMetadata",
    "CreateBatchRequestReplace",
    "File",
    "FileList",
    "FilePurpose",
    "ListFilesResponse",
    "OverloadedError",
    "RequestCounts",
    "UploadedFile",
    "UploadFileRequest",
    "UploadFileResponse",
)
