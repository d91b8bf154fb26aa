from typing import Any, cast
from urllib.parse import quote

import httpx
from batch_client.reading import json_of, object_of

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.bad_request_error import BadRequestError
from ...models.batch import Batch
from ...models.overloaded_error import OverloadedError
from ...types import Response


def get_kwargs(
    batch_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/batches/{batch_id}".format(
            batch_id=quote(str(batch_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BadRequestError | Batch | OverloadedError | str | None:
    if response.status_code == 200:
        response_200 = Batch.from_dict(object_of(response))

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
) -> Response[BadRequestError | Batch | OverloadedError | str]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[BadRequestError | Batch | OverloadedError | str]:
    """Retrieve a batch

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BadRequestError | Batch | OverloadedError | str]
    """

    kwargs = get_kwargs(
        batch_id=batch_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> BadRequestError | Batch | OverloadedError | str | None:
    """Retrieve a batch

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BadRequestError | Batch | OverloadedError | str
    """

    return sync_detailed(
        batch_id=batch_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[BadRequestError | Batch | OverloadedError | str]:
    """Retrieve a batch

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BadRequestError | Batch | OverloadedError | str]
    """

    kwargs = get_kwargs(
        batch_id=batch_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> BadRequestError | Batch | OverloadedError | str | None:
    """Retrieve a batch

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BadRequestError | Batch | OverloadedError | str
    """

    return (
        await asyncio_detailed(
            batch_id=batch_id,
            client=client,
        )
    ).parsed
