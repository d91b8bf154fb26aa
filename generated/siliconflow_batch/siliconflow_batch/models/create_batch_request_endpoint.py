from batch_client.open_enum import OpenEnum


class CreateBatchRequestEndpoint(OpenEnum):
    """The endpoint that the requests of the file are for; the only one that is supported"""

    VALUE_0 = "/v1/chat/completions"
