"""Kimi (Moonshot AI): all that is its own, in one record."""

from batch_client.provider import Operation, Provider

PROVIDER = Provider(
    label="Kimi (Moonshot AI)",
    package="kimi_batch",
    distribution="kimi-batch",
    version="0.1.0",
    base_url="https://api.moonshot.cn/v1",
    paths_begin="/v1",
    key_variable="MOONSHOT_API_KEY",
    base_url_variable="MOONSHOT_BASE_URL",
    key_header="Authorization",
    operations={
        "list_batches": Operation(
            method="GET", path="/batches", model="BatchList", query=("after", "limit"), item="Batch"
        ),
        "create_batch": Operation(method="POST", path="/batches", model="Batch"),
        "retrieve_batch": Operation(method="GET", path="/batches/{batch_id}", model="Batch"),
        "cancel_batch": Operation(method="POST", path="/batches/{batch_id}/cancel", model="Batch"),
        "upload_file": Operation(method="POST", path="/files", model="File"),
        "list_files": Operation(method="GET", path="/files", model="FileList", item="File"),
        "retrieve_file": Operation(method="GET", path="/files/{file_id}", model="File"),
        "delete_file": Operation(method="DELETE", path="/files/{file_id}", model="DeletedFile"),
        "file_content": Operation(method="GET", path="/files/{file_id}/content"),
    },
)
