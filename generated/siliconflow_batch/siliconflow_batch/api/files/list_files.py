from typing import Any, cast

import httpx
from batch_client.reading import json_of, object_of

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.bad_request_error import BadRequestError
from ...models.file_purpose import FilePurpose
from ...models.list_files_response import ListFilesResponse
from ...models.overloaded_error import OverloadedError
from ...types import UNSET, Response, Unset


def get_kwargs(
    *,
    purpose: FilePurpose,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_purpose = purpose.value
    params["purpose"] = json_purpose

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/files",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BadRequestError | ListFilesResponse | OverloadedError | str | None:
    if response.status_code == 200:
        response_200 = ListFilesResponse.from_dict(object_of(response))

        return response_200

    if response.status_code == 400:
        response_400 = BadRequestError.from_dict(object_of(response))

        return response_400

    if response.status_code == 401:
        response_401 = cast(str, json_of(response))
        return response_401

    if response.status_code == 403:
        response_403 = cast(str, json_of(response))
        return response_403

    if response.status_code == 404:
        response_404 = cast(str, json_of(response))
        return response_404

    if response.status_code == 503:
        response_503 = OverloadedError.from_dict(object_of(response))

        return response_503

    if response.status_code == 504:
        response_504 = cast(str, json_of(response))
        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[BadRequestError | ListFilesResponse | OverloadedError | str]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    purpose: FilePurpose,
    limit: int | Unset = UNSET,
) -> Response[BadRequestError | ListFilesResponse | OverloadedError | str]:
    """List files

    Args:
        purpose (FilePurpose): What a file was uploaded for
        limit (int | Unset): The most files to return

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BadRequestError | ListFilesResponse | OverloadedError | str]
    """

    kwargs = get_kwargs(
        purpose=purpose,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    purpose: FilePurpose,
    limit: int | Unset = UNSET,
) -> BadRequestError | ListFilesResponse | OverloadedError | str | None:
    """List files

    Args:
        purpose (FilePurpose): What a file was uploaded for
        limit (int | Unset): The most files to return

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BadRequestError | ListFilesResponse | OverloadedError | str
    """

    return sync_detailed(
        client=client,
        purpose=purpose,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    purpose: FilePurpose,
    limit: int | Unset = UNSET,
) -> Response[BadRequestError | ListFilesResponse | OverloadedError | str]:
    """List files

    Args:
        purpose (FilePurpose): What a file was uploaded for
        limit (int | Unset): The most files to return

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BadRequestError | ListFilesResponse | OverloadedError | str]
    """

    kwargs = get_kwargs(
        purpose=purpose,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    purpose: FilePurpose,
    limit: int | Unset = UNSET,
) -> BadRequestError | ListFilesResponse | OverloadedError | str | None:
    """List files

    Args:
        purpose (FilePurpose): What a file was uploaded for
        limit (int | Unset): The most files to return

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BadRequestError | ListFilesResponse | OverloadedError | str
    """

    return (
        await asyncio_detailed(
            client=client,
            purpose=purpose,
            limit=limit,
        )
    ).parsed
