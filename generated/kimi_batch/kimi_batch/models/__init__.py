"""Contains all the data models used in inputs/outputs"""

from .batch import Batch
from .batch_list import BatchList
from .batch_metadata import BatchMetadata
from .batch_status import BatchStatus
from .create_batch_request import CreateBatchRequest
from .create_batch_request_endpoint import CreateBatchRequestEndpoint
from .create_batch_request_metadata import CreateBatchRequestMetadata
from .deleted_file import DeletedFile
from .error import Error
from .error_response import ErrorResponse
from .file import File
from .file_list import FileList
from .file_purpose import FilePurpose
from .request_counts import RequestCounts
from .upload_file_request import UploadFileRequest

__all__ = (
    "Batch",
    "BatchList",
    "BatchMetadata",
    "BatchStatus",
    "CreateBatchRequest",
    "CreateBatchRequestEndpoint",
    "CreateBatchRequestMetadata",
    "DeletedFile",
    "Error",
    "ErrorResponse",
    "File",
    "FileList",
    "FilePurpose",
    "RequestCounts",
    "UploadFileRequest",
)
