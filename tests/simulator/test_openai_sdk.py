"""The openai SDK, unmodified, against both providers: all the way with Kimi, and exactly how far with SiliconFlow."""

from collections.abc import Iterator
from itertools import islice

import httpx
import openai
import pytest
from openai import OpenAI

from conformance.simulator import Simulator
from tests.simulator.kit import DAY, jsonl, rows


@pytest.fixture
def sdk(sim: Simulator) -> Iterator[OpenAI]:
    """The SDK as a user makes it: an address and a key."""
    with OpenAI(base_url=sim.base_url, api_key=sim.key, max_retries=0) as client:
        yield client


def _upload(sdk: OpenAI, count: int = 3) -> str:
    file = sdk.files.create(file=("requests.jsonl", jsonl(rows(count))), purpose="batch")
    # SiliconFlow's upload is enveloped: the SDK finds no id where OpenAI has it, only the envelope's fields.
    return file.id if file.id is not None else file.data["id"]


def _create(sdk: OpenAI, file_id: str) -> openai.types.Batch:
    return sdk.batches.create(input_file_id=file_id, endpoint="/v1/chat/completions", completion_window="24h")


def test_kimi_does_all_of_it(kimi: Simulator) -> None:
    """files.create, batches.create, retrieve, files.content, and files.list, retrieve, delete, with no special case."""
    with OpenAI(base_url=kimi.base_url, api_key=kimi.key, max_retries=0) as sdk:
        file = sdk.files.create(file=("requests.jsonl", jsonl(rows(3))), purpose="batch")
        batch = _create(sdk, file.id)
        kimi.advance(DAY)
        batch = sdk.batches.retrieve(batch.id)
        assert batch.output_file_id is not None
        lines = sdk.files.content(batch.output_file_id).text.splitlines()

        assert batch.status == "completed"
        assert batch.request_counts is not None
        assert batch.request_counts.completed == len(lines) == 3
        assert {one.id for one in sdk.files.list().data} == {file.id, batch.output_file_id}
        assert sdk.files.retrieve(file.id) == file
        assert sdk.files.delete(file.id).deleted


def test_kimis_file_list_never_ends_in_the_sdk(kimi: Simulator) -> None:
    """It has no has_more and takes no cursor: iterating gets the same files again and again; `.data` is all of them."""
    with OpenAI(base_url=kimi.base_url, api_key=kimi.key, max_retries=0) as sdk:
        file_id = _upload(sdk)

        first_five = [file.id for file in islice(sdk.files.list(), 5)]

    assert first_five == [file_id] * 5


def test_both_create_list_and_cancel(sim: Simulator, sdk: OpenAI) -> None:
    """From a file's id on, create, paged list, retrieve and cancel work with either provider."""
    file_id = _upload(sdk)
    made = [_create(sdk, file_id).id for _ in range(5)]

    listed = [batch.id for batch in sdk.batches.list(limit=2)]
    sdk.batches.cancel(made[0])
    sim.advance(60)

    assert listed == made[::-1]
    assert sdk.batches.retrieve(made[0]).status == "cancelled"


def test_siliconflow_upload_gives_the_sdk_no_id(siliconflow: Simulator) -> None:
    """The envelope hides the file: `.id` is None, and what a caller then sends is refused."""
    with OpenAI(base_url=siliconflow.base_url, api_key=siliconflow.key, max_retries=0) as sdk:
        file = sdk.files.create(file=("requests.jsonl", jsonl(rows(1))), purpose="batch")

        assert file.id is None
        with pytest.raises(openai.BadRequestError, match="input_file_id must be a string"):
            _create(sdk, file.id)


def test_siliconflow_statuses_and_counts_pass_the_sdk_in_silence(siliconflow: Simulator) -> None:
    """`in_queue` arrives as a plain string and the null counts as None, which a caller trips over later."""
    with OpenAI(base_url=siliconflow.base_url, api_key=siliconflow.key, max_retries=0) as sdk:
        batch = _create(sdk, _upload(sdk))

    assert batch.status == "in_queue"  # type: ignore[comparison-overlap]
    assert batch.request_counts is None


def test_siliconflow_results_are_beyond_the_sdk(siliconflow: Simulator) -> None:
    """output_file_id is an address: files.content asks for a file of that name and gets 404; a plain GET works."""
    with OpenAI(base_url=siliconflow.base_url, api_key=siliconflow.key, max_retries=0) as sdk:
        batch = _create(sdk, _upload(sdk))
        siliconflow.advance(DAY)
        address = sdk.batches.retrieve(batch.id).output_file_id
        assert address is not None

        with pytest.raises(openai.NotFoundError):
            sdk.files.content(address)
    assert len(httpx.get(address).text.splitlines()) == 3


def test_siliconflow_file_lists_break_in_the_sdk(siliconflow: Simulator) -> None:
    """The double envelope is no page: iterating it yields no file."""
    with OpenAI(base_url=siliconflow.base_url, api_key=siliconflow.key, max_retries=0) as sdk:
        _upload(sdk)

        page = sdk.files.list(purpose="batch")

        assert isinstance(page.data, dict)
        assert not [one for one in page.data if hasattr(one, "id")]


def test_wrong_keys_raise_the_sdks_own_error(sim: Simulator) -> None:
    """401 is an AuthenticationError with either body."""
    with (
        OpenAI(base_url=sim.base_url, api_key="sk-other", max_retries=0) as sdk,
        pytest.raises(openai.AuthenticationError),
    ):
        sdk.batches.list()


def test_retries_wait_for_a_rate_limit(sim: Simulator) -> None:
    """A 429 with Retry-After, once, is retried by the SDK and then succeeds."""
    sim.faults.add("rate-limited", times=1)

    with OpenAI(base_url=sim.base_url, api_key=sim.key, max_retries=1) as sdk:
        assert sdk.batches.list().data == []
