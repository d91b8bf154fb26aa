from typing import Any

import httpx
from batch_client.reading import object_of

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batch_list import BatchList
from ...models.error_response import ErrorResponse
from ...types import UNSET, Response, Unset


def get_kwargs(
    *,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["after"] = after

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/batches",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BatchList | ErrorResponse | None:
    if response.status_code == 200:
        response_200 = BatchList.from_dict(object_of(response))

        return response_200

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(object_of(response))

        return response_401

    if response.status_code == 500:
        response_500 = ErrorResponse.from_dict(object_of(response))

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[BatchList | ErrorResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[BatchList | ErrorResponse]:
    """列出批处理任务

     列出当前组织的批处理任务。

    Args:
        after (str | Unset): 分页游标，传入上一页最后一个 batch 的 ID
        limit (int | Unset): 每页数量，默认 20

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BatchList | ErrorResponse]
    """

    kwargs = get_kwargs(
        after=after,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> BatchList | ErrorResponse | None:
    """列出批处理任务

     列出当前组织的批处理任务。

    Args:
        after (str | Unset): 分页游标，传入上一页最后一个 batch 的 ID
        limit (int | Unset): 每页数量，默认 20

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BatchList | ErrorResponse
    """

    return sync_detailed(
        client=client,
        after=after,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[BatchList | ErrorResponse]:
    """列出批处理任务

     列出当前组织的批处理任务。

    Args:
        after (str | Unset): 分页游标，传入上一页最后一个 batch 的 ID
        limit (int | Unset): 每页数量，默认 20

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BatchList | ErrorResponse]
    """

    kwargs = get_kwargs(
        after=after,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> BatchList | ErrorResponse | None:
    """列出批处理任务

     列出当前组织的批处理任务。

    Args:
        after (str | Unset): 分页游标，传入上一页最后一个 batch 的 ID
        limit (int | Unset): 每页数量，默认 20

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BatchList | ErrorResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            after=after,
            limit=limit,
        )
    ).parsed
