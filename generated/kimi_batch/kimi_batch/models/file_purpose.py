from batch_client.open_enum import OpenEnum


class FilePurpose(OpenEnum):
    """What a file was uploaded for"""

    BATCH = "batch"
    FILE_EXTRACT = "file-extract"
    IMAGE = "image"
    VIDEO = "video"
