"""SiliconFlow: all that is its own, in one record."""

from batch_client.provider import Operation, Provider

PROVIDER = Provider(
    label="SiliconFlow",
    package="siliconflow_batch",
    distribution="siliconflow-batch",
    version="0.1.0",
    base_url="https://api.siliconflow.cn/v1",
    paths_begin="",
    key_variable="SILICONFLOW_API_KEY",
    base_url_variable="SILICONFLOW_BASE_URL",
    key_header="Authorization",
    operations={
        "list_batches": Operation(
            method="GET", path="/batches", model="BatchList", query=("limit", "after"), item="Batch"
        ),
        "create_batch": Operation(method="POST", path="/batches", model="Batch"),
        "retrieve_batch": Operation(method="GET", path="/batches/{batch_id}", model="Batch"),
        "cancel_batch": Operation(method="POST", path="/batches/{batch_id}/cancel", model="Batch"),
        "upload_file": Operation(
            method="POST", path="/files", model="UploadFileResponse", envelope="data", inner="UploadedFile"
        ),
        "list_files": Operation(
            method="GET",
            path="/files",
            model="ListFilesResponse",
            query=("purpose", "limit"),
            required=("purpose",),
            envelope="data",
            inner="FileList",
            item="File",
        ),
        "retrieve_file": Operation(method="GET", path="/files/{file_id}", model="File"),
        "delete_file": Operation(method="DELETE", path="/files/{file_id}"),
        "file_content": Operation(method="GET", path="/files/{file_id}/content"),
    },
)
