from typing import Any
from urllib.parse import quote

import httpx
from batch_client.reading import object_of

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batch import Batch
from ...models.error_response import ErrorResponse
from ...types import Response


def get_kwargs(
    batch_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/batches/{batch_id}/cancel".format(
            batch_id=quote(str(batch_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Batch | ErrorResponse | None:
    if response.status_code == 200:
        response_200 = Batch.from_dict(object_of(response))

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(object_of(response))

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(object_of(response))

        return response_401

    if response.status_code == 404:
        response_404 = ErrorResponse.from_dict(object_of(response))

        return response_404

    if response.status_code == 500:
        response_500 = ErrorResponse.from_dict(object_of(response))

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Batch | ErrorResponse]:
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
) -> Response[Batch | ErrorResponse]:
    """Cancel a batch

     Only a batch that is validating, in_progress or finalizing can be cancelled; it goes to cancelling,
    then cancelled. Any other is refused with 400.

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Batch | ErrorResponse]
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
) -> Batch | ErrorResponse | None:
    """Cancel a batch

     Only a batch that is validating, in_progress or finalizing can be cancelled; it goes to cancelling,
    then cancelled. Any other is refused with 400.

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Batch | ErrorResponse
    """

    return sync_detailed(
        batch_id=batch_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Batch | ErrorResponse]:
    """Cancel a batch

     Only a batch that is validating, in_progress or finalizing can be cancelled; it goes to cancelling,
    then cancelled. Any other is refused with 400.

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Batch | ErrorResponse]
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
) -> Batch | ErrorResponse | None:
    """Cancel a batch

     Only a batch that is validating, in_progress or finalizing can be cancelled; it goes to cancelling,
    then cancelled. Any other is refused with 400.

    Args:
        batch_id (str): The ID of the batch

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Batch | ErrorResponse
    """

    return (
        await asyncio_detailed(
            batch_id=batch_id,
            client=client,
        )
    ).parsed
