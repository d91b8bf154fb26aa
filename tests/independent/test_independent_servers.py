"""Runs against independent servers end with a report whose drifts are true: each was looked up in their answers."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.independent.servers import KEY, PEERS, Peer, running

TRUE: dict[str, dict[str, set[tuple[str, str]]]] = {
    "llmock": {
        "kimi": {("auth-not-enforced", "")},
        "siliconflow": {
            ("auth-not-enforced", ""),
            ("request-invalid-accepted", "/limit"),
            ("response-property-became-nullable", "/data/*/metadata"),
            ("response-property-became-nullable", "/first_id"),
            ("response-property-became-nullable", "/last_id"),
        },
    },
    "aimock": {
        "kimi": {("auth-not-enforced", "")},
        "siliconflow": {
            ("auth-not-enforced", ""),
            ("response-required-property-missing", "/code"),
            ("response-required-property-missing", "/data"),
            ("response-required-property-missing", "/message"),
        },
    },
    "prism": {
        "kimi": {("auth-not-enforced", ""), ("page-cursor-ignored", "")},
        "siliconflow": {
            ("auth-not-enforced", ""),
            ("page-cursor-ignored", ""),
            ("request-invalid-accepted", "/limit"),
            ("response-property-type-changed", ""),
        },
    },
}
"""What is new at or above a warning on `list_batches`, by server and contract."""


@pytest.mark.full
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_drift_of_an_independent_server_is_true(batch_conformance: Run, tmp_path: Path, peer: Peer) -> None:
    """Neither more nor less than what stands in its answers."""
    with running(peer) as url:
        done = batch_conformance(
            *("run", "live:kimi", "--url", url, "--operation", "list_batches", "--no-known", "--rate", "1000/s"),
            *("--against", "kimi", "--against", "siliconflow", "--out", "out"),
            MOONSHOT_API_KEY=KEY,
        )
    assert done.returncode == 1, done.stdout + done.stderr
    rows = json.loads((tmp_path / "out/drift.json").read_text(encoding="utf-8"))["drift"]
    seen: dict[str, set[tuple[str, str]]] = {"kimi": set(), "siliconflow": set()}
    for row in rows:
        if row["endpoint"] and row["severity"] != "info":
            seen[row["contract"]].add((row["rule"], row["pointer"]))
    assert seen == TRUE[peer.name]
