"""Random reports, with texts that would do harm if a renderer let them."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from conformance.report.tree import FORMAT, Tree
from conformance.rules import CATALOGUE

RANDOM = settings(max_examples=40, deadline=None)
"""How many random reports a test tries."""

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "--><svg onload=alert(1)>",
    "javascript:alert(1)",
    "\x1b[31mred\x1b[0m\x07",
    "::error::owned",
    "\n::error file=x::owned",
    "##[error]owned",
    "a|b|c",
    "`tick` ```fence```\n```",
    "line\r\nbreak\u2028sep",
    "\u202etxt.exe\u202c",
    "zero\u200bwidth\ufeff",
    "@everyone #1 https://evil.example www.evil.example",
    "]]>&amp;<![CDATA[",
    '"; rm -rf / #',
    "$(reboot)",
    "\ufffe\uffff\x00",
    "🧨" * 40,
    "x" * 5000,
    "שלום עולם",
    "",
)
TEXT = st.sampled_from(HOSTILE) | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.sampled_from(["sim:kimi", "sim:siliconflow", "live:kimi", "recorded:<b>host</b>", "recorded:a|b\x1b"])
CONTRACTS = st.sampled_from(["kimi", "openai", "<i>odd</i>", "a|b`c"])
COUNT = st.integers(0, 10**6)
TIME = st.sampled_from(["2026-11-24T12:00:00Z", "2026-11-25T00:00:01Z"])
MAYBE_TIME = st.none() | TIME
OPTIONAL = st.none() | TEXT
JSON_VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
STATUS = st.none() | st.sampled_from([200, 401, 503])


def places() -> dict[str, st.SearchStrategy[Any]]:
    """What coverage says."""
    return {"seen": COUNT, "of": COUNT, "unseen": st.lists(TEXT, max_size=2)}


PAIR = st.fixed_dictionaries(
    {
        "endpoint": NAMES,
        "contract": CONTRACTS,
        "outcome": st.sampled_from(["conforms", "differs", "drift", "could-not-check"]),
        "reason": OPTIONAL,
        "requests": COUNT,
        "responses": COUNT,
        "not_offered": st.lists(TEXT, max_size=2),
        "not_offered_by_endpoint": st.lists(TEXT, max_size=2),
        "coverage": st.fixed_dictionaries(
            {**places(), "operations": st.lists(st.fixed_dictionaries({"operation": TEXT, **places()}), max_size=2)}
        ),
        "blind_spots": st.lists(
            st.fixed_dictionaries(
                {
                    "operation": TEXT,
                    "pointer": TEXT,
                    "values": st.lists(
                        st.fixed_dictionaries({"value": TEXT, "count": st.integers(1, 10**6)}), max_size=2
                    ),
                }
            ),
            max_size=2,
        ),
    }
)
KNOWN = st.fixed_dictionaries(
    {"kind": st.sampled_from(["documented", "accepted"]), "reason": TEXT, "source": TEXT, "until": OPTIONAL}
)
EXAMPLE = st.fixed_dictionaries(
    {
        "request": st.fixed_dictionaries(
            {"method": TEXT, "url": TEXT, "credentials": st.sampled_from(["given", "absent"]), "body": JSON_VALUE}
        ),
        "status_code": STATUS,
        "body": JSON_VALUE,
        "file": OPTIONAL,
        "offset": st.none() | COUNT,
    }
)
DRIFT = st.fixed_dictionaries(
    {
        "finding": st.just(""),
        "fingerprint": st.text("0123456789abcdef", min_size=16, max_size=16),
        "rule": st.sampled_from(list(CATALOGUE)) | TEXT,
        "severity": st.sampled_from(["breaking", "warning", "info"]),
        "endpoint": st.none() | NAMES,
        "contract": CONTRACTS,
        "operation": OPTIONAL,
        "method": OPTIONAL,
        "path": OPTIONAL,
        "status_code": STATUS,
        "pointer": TEXT,
        "value": OPTIONAL,
        "expected": TEXT,
        "observed": st.lists(st.fixed_dictionaries({"value": JSON_VALUE, "count": st.integers(1, 99)}), max_size=3),
        "seen": st.fixed_dictionaries(
            {
                "responses": COUNT,
                "of_responses": COUNT,
                "items": COUNT,
                "of_items": COUNT,
                "first": MAYBE_TIME,
                "last": MAYBE_TIME,
            }
        ),
        "impact": st.dictionaries(TEXT, TEXT, max_size=2),
        "spec": st.fixed_dictionaries(
            {"file": st.sampled_from(["pyproject.toml", "gone.yaml"]) | TEXT, "line": st.none() | st.integers(1, 999)}
        ),
        "known": st.none() | KNOWN,
        "example": st.none() | EXAMPLE,
        "reproduce": OPTIONAL,
    }
)
ENTRY = st.fixed_dictionaries(
    {
        "endpoint": OPTIONAL,
        "contract": CONTRACTS,
        "rule": TEXT,
        "operation": OPTIONAL,
        "status_code": STATUS,
        "pointer": TEXT,
        "value": OPTIONAL,
        "reason": TEXT,
        "source": TEXT,
        "until": OPTIONAL,
    }
)
FIELD = st.fixed_dictionaries(
    {
        "field": st.sampled_from(["/id", "/status", "/a|b", "/counts/total"]),
        "type": st.lists(TEXT, max_size=2),
        "nullable": st.booleans(),
        "required": st.booleans(),
        "values": st.none() | st.lists(TEXT, max_size=2),
        "line": st.integers(1, 99),
    }
)


def grouped(tree: Tree) -> Tree:
    """The report with its drifts in findings: those of one pair, severity and known state together."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in tree["drift"]:
        side = (row["endpoint"], row["contract"], row["severity"], row["known"] is None)
        groups.setdefault(side, []).append(row)
    found = []
    for rows in groups.values():
        lead = rows[0]
        for row in rows:
            row["finding"] = lead["fingerprint"]
        found.append(
            {
                "id": lead["fingerprint"],
                **{key: lead[key] for key in ("rule", "severity", "endpoint", "contract", "spec", "known")},
                "headline": f"{lead['rule']}{lead['value']}",
                "places": [{key: row[key] for key in ("operation", "status_code", "pointer")} for row in rows],
                "drift": [row["fingerprint"] for row in rows],
            }
        )
    return {**tree, "findings": found}


TREES: st.SearchStrategy[Tree] = st.fixed_dictionaries(
    {
        "format": st.just(FORMAT),
        "started": MAYBE_TIME,
        "finished": MAYBE_TIME,
        "complete": st.booleans(),
        "exit_code": st.sampled_from([0, 1, 2]),
        "fail_on": st.sampled_from(["breaking", "warning", "info"]),
        "left_out": st.lists(TEXT, max_size=2),
        "notes": st.lists(TEXT, max_size=2),
        "pairs": st.lists(PAIR, max_size=4, unique_by=lambda pair: (pair["endpoint"], pair["contract"])),
        "drift": st.lists(DRIFT, max_size=6, unique_by=lambda row: row["fingerprint"]),
        "stale": st.lists(ENTRY, max_size=2),
        "stale_counts": st.booleans(),
        "contracts": st.lists(
            st.fixed_dictionaries(
                {
                    "name": CONTRACTS,
                    "file": TEXT,
                    "batch": st.lists(FIELD, max_size=3),
                    "quotes": st.lists(
                        st.fixed_dictionaries({"file": TEXT, "line": st.integers(1, 999), "text": TEXT}), max_size=2
                    ),
                }
            ),
            max_size=2,
        ),
        "history": st.none(),
    }
).map(grouped)
