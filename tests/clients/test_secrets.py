"""The key is nowhere to be seen."""

import io
import logging
import traceback
from typing import Any

import pytest

from tests.clients.conftest import KEY, Client, page
from tests.wrong.server import Asked, Reply, json_reply, serving


def test_no_repr_shows_the_key(client: Client) -> None:
    """Of the client, of what it is made of, before and after the first request."""
    with client.talking_to(lambda _: page(client.batch(1))) as batches:
        for _ in range(2):
            shown = [repr(batches), str(batches), repr(batches.client), repr(batches.client.get_httpx_client())]
            shown += [repr(vars(batches)), repr(batches.client.get_httpx_client().headers)]
            assert not [text for text in shown if KEY in text]
            list(batches.list())
    raw = client.package.AuthenticatedClient(base_url="http://localhost", token=KEY, headers={"x": KEY})
    assert KEY not in repr(raw)


def test_no_log_shows_the_key(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """At any level, of any library below."""
    caplog.set_level(1)
    logging.getLogger("httpcore").setLevel(1)

    with client.talking_to(lambda _: page(client.batch(1))) as batches:
        list(batches.list())

    assert caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "body", [{"error": {"message": f"Incorrect API key provided: {KEY}"}}, f"Api key {KEY} is invalid", [KEY]]
)
def test_no_error_shows_the_key(client: Client, body: Any) -> None:
    """Not even where the endpoint repeats it: not in the message, the body, the payload, nor anything it hangs on."""
    package, page_with_key = client.package, Reply(200, f"<{KEY}>".encode(), "text/html")
    with client.talking_to(lambda _: json_reply(body, 401)) as batches, pytest.raises(package.Unauthorized) as refused:
        batches.retrieve("batch_1")
    with client.talking_to(lambda _: page_with_key) as batches, pytest.raises(package.UnreadableResponse) as unreadable:
        batches.retrieve("batch_1")
    with serving(lambda _: page()) as url:
        pass
    with client.sync(api_key=KEY, base_url=url, retries=0) as batches, pytest.raises(package.BatchError) as failed:
        batches.retrieve("batch_1")

    for caught in (refused, unreadable, failed):
        assert KEY not in repr(vars(caught.value)) + repr(caught.value) + str(caught.value)
        assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("key", ["sk-kéy-of-mine", "sk-one sk-two", "sk-one\nsk-two", "sk-\x7fone"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(client: Client, key: str) -> None:
    """The libraries below would put it into their message."""
    with pytest.raises(client.package.BatchError) as caught:
        client.sync(api_key=key)

    assert str(caught.value) == "the API key holds characters that no key has; was something else copied with it?"
    assert key not in "".join(traceback.format_exception(caught.value))


def test_signatures_of_addresses_are_not_in_errors(client: Client) -> None:
    """What stands after the question mark gives access."""
    with serving(lambda _: page()) as url:
        pass
    batch = client.package.Batch.from_dict({**client.batch(1), "output_file_id": f"{url}/file?signature=s3cret"})

    with (
        client.talking_to(lambda _: page(), retries=0) as batches,
        pytest.raises(client.package.ConnectionFailed, match=r"^GET http://127\.0\.0\.1:\d+/file: ") as caught,
    ):
        batches.download(batch, io.BytesIO())

    assert "s3cret" not in str(caught.value)


def test_a_redirect_does_not_take_the_key_along(client: Client) -> None:
    """It is an error that says where to."""
    asked: list[Asked] = []
    with serving(lambda one: asked.append(one) or page()) as elsewhere:
        moved = Reply(307, headers=(("location", f"{elsewhere}/v1/batches/b?token=t"),))
        with client.talking_to(lambda _: moved) as batches, pytest.raises(client.package.StatusError) as caught:
            batches.retrieve("b")

    assert asked == []
    assert str(caught.value) == (
        f"307 Temporary Redirect: it points to {elsewhere}/v1/batches/b; if that is right, make it the base_url"
    )
