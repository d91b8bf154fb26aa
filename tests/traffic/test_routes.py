"""Which recorded path is an operation: what stands before the operation's own steps must be a base."""

from pathlib import Path

import pytest

from conformance.recording.route import base_steps, match
from tests.traffic.recordings import checked, entries, record, write
from tests.wrong.lists import KEY, RIGHT

OPERATIONS = [
    ("GET", "/v1/batches", "list_batches"),
    ("POST", "/v1/batches/", "create_batch"),
    ("GET", "/batches/batch_1", "retrieve_batch"),
    ("POST", "/team/a/v1/batches/batch_1/cancel", "cancel_batch"),
    ("POST", "/openai/files", "upload_file"),
    ("POST", "/v1/files/upload", "upload_file"),
    ("GET", "/openai/deployments/small/files", "list_files"),
    ("GET", "/compatible-mode/v1/files/file_1", "retrieve_file"),
    ("DELETE", "/api/v3.1-beta/files/file_1", "delete_file"),
    ("GET", "/v1//files/file_1/content", "file_content"),
]

OTHERS = [
    ("POST", "/v1/vector_stores/vs_1/files"),
    ("GET", "/v1/vector_stores/vs_1/files/file_1"),
    ("GET", "/v1/vector_stores/vs_1/files/file_1/content"),
    ("DELETE", "/v1/vector_stores/vs_1/files/file_1"),
    ("GET", "/v1/vector_stores/vs_1/file_batches/b_1/files"),
    ("POST", "/v1/vector_stores/vs_1/file_batches/b_1/cancel"),
    ("GET", "/v1/assistants/asst_1/files"),
    ("POST", "/v1/assistants/asst_1/files"),
    ("GET", "/v1/threads/t_1/messages/m_1/files"),
    ("GET", "/v1/containers/c_1/files"),
    ("GET", "/v1/containers/c_1/files/f_1/content"),
    ("POST", "/v1/messages/batches"),
    ("GET", "/v1/messages/batches"),
    ("GET", "/v1/messages/batches/msgbatch_1"),
    ("POST", "/v1/messages/batches/msgbatch_1/cancel"),
    ("GET", "/v1/messages/batches/msgbatch_1/results"),
    ("GET", "/v1/organizations/o_1/files"),
    ("GET", "/v1/organization/projects/p_1/files"),
    ("GET", "/repos/o/r/pulls/5/files"),
    ("POST", "/v1/chat/completions"),
    ("PATCH", "/v1/batches/batch_1"),
    ("GET", "/v1/batches/batch_1/errors"),
    ("GET", "/v1/fine_tuning/jobs/ft_1/files"),
    ("GET", "/"),
]


@pytest.mark.parametrize(("method", "path", "name"), OPERATIONS)
def test_a_path_below_a_base_is_its_operation(method: str, path: str, name: str) -> None:
    """None, a version, a deployment of a kind, or anything that ends in such."""
    found = match(method, path, "gateway.example")
    assert found is not None
    assert found.operation == name


@pytest.mark.parametrize(("method", "path"), OTHERS)
@pytest.mark.parametrize("host", ["api.openai.com", "gateway.example", ""])
def test_a_collection_below_another_one_is_no_operation(method: str, path: str, host: str) -> None:
    """Its name alone says nothing, whoever serves it."""
    assert match(method, path, host) is None


@pytest.mark.parametrize(
    "host",
    [
        "api.anthropic.com",
        "API.Mistral.ai:443",
        "generativelanguage.googleapis.com",
        "googleapis.com",
        "api.github.com",
    ],
)
def test_a_host_of_another_api_has_no_operation(host: str) -> None:
    """Under the very same names it speaks of other things, unless the user says where an operation begins."""
    assert match("GET", "/v1/files", host) is None
    assert match("GET", "/v1/files", host, [base_steps("/v1")]) is not None
    assert match("GET", "/v1/files", f"{host.partition(':')[0]}.example") is not None


def test_the_record_of_a_provider_goes_before_that_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a provider means its host."""
    from conformance.recording import other_apis  # noqa: PLC0415 - only here its list is another one

    monkeypatch.setattr(other_apis, "_listed", lambda: frozenset({"api.moonshot.cn", "example.com"}))
    other_apis.is_other_api.cache_clear()
    try:
        assert match("GET", "/v1/files", "api.moonshot.cn") is not None
        assert match("GET", "/v1/files", "sub.example.com") is None
    finally:
        other_apis.is_other_api.cache_clear()


@pytest.mark.parametrize("named", ["/gateway/{team}", "gateway/{team}/", "https://x.example/gateway/{team}"])
def test_a_base_path_is_named_in_any_way(named: str) -> None:
    """With slashes or without, or as the whole address."""
    assert base_steps(named) == ("gateway", "{team}")


def test_the_command_takes_a_base_path(tmp_path: Path) -> None:
    """Nothing fits without it, and with it everything is judged."""
    lines = record(tmp_path / "a.ndjson", RIGHT["kimi"], [("/v1/batches", KEY)])
    (entry,) = entries(lines)
    moved = write(
        tmp_path / "b.ndjson", [entry | {"request": entry["request"] | {"url": "https://g.example/b/batches"}}]
    )
    assert "GET /*/batches fits no operation" in checked(moved).notes[0]
    result = checked(moved, base_paths=("/b",))
    assert result.notes == ()
    assert result.verdicts[0].pair.totals == {("list_batches", 200): 1}
