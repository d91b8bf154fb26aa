"""Contracts that are changed at random: each is read and used, or refused in one line, and never ends in a fault."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from conformance import report, traffic
from conformance.compare import result
from conformance.contract import load
from conformance.errors import UserError
from conformance.known import today
from conformance.mend.overlay import propose
from conformance.specs import specs_dir
from tests.wrong.lists import RIGHT

KEYWORDS = (
    *("enum", "type", "required", "properties", "items", "allOf", "anyOf", "oneOf", "nullable", "default", "const"),
    *("minimum", "exclusiveMinimum", "pattern", "format", "examples", "example", "additionalProperties", "not", "if"),
    *("prefixItems", "contains", "patternProperties", "dependentRequired", "$ref", "$defs", "$id", "$anchor", "$self"),
    *("x-values", "x-lines", "x-limits", "x-pages", "x-source", "parameters", "requestBody", "responses", "content"),
    *("schema", "security", "servers", "variables", "url", "name", "in", "style", "links", "callbacks", "description"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**25, -1e308, "", "x", "null", "string", "(", "#/paths", "9" * 500, [], {}),
    *([None], [[]], [{}], ["null"], ["string", "null"], [1, "a", None], {"": {}}, {"a/b~c": {"x y": 1}}),
    *({"type": "null"}, {"type": []}, {"type": ["string", 5]}, {"enum": []}, {"enum": [None]}, {"const": None}),
    *({"anyOf": [{"type": "null"}]}, {"anyOf": []}, {"allOf": []}, {"oneOf": [True, False]}, {"properties": None}),
    *({"$ref": "#"}, {"$ref": "#/"}, {"$ref": 5}, {"$ref": "#/components/schemas/Nope"}, {"items": []}),
    *({"required": "id"}, {"required": [5, None]}, {"minimum": "a"}, {"pattern": "("}, {"format": []}),
)
SPECS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(specs_dir().glob("*.yaml"))}


def nodes(document: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Every value of a document, with the way to it."""
    found, waiting = [], [((), document)]
    while waiting:
        place, node = waiting.pop()
        found.append((place, node))
        pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        waiting += [((*place, key), child) for key, child in pairs]
    return found


def at(document: Any, place: tuple[Any, ...]) -> Any:
    """The value there."""
    for step in place:
        document = document[step]
    return document


def reference(place: tuple[Any, ...]) -> dict[str, str]:
    """A reference to it."""
    return {"$ref": "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in place)}


def mutate(document: Any, dice: random.Random) -> None:
    """One change, of a kind that people make, or nobody."""
    every = nodes(document)
    place, node = dice.choice(every[1:])
    holder, key, (other, value) = at(document, place[:-1]), place[-1], dice.choice(every)
    into = node if node and isinstance(node, dict) else document
    changes: tuple[Callable[[], Any], ...] = (
        lambda: holder.__setitem__(key, deepcopy(dice.choice(VALUES))),
        lambda: holder.__delitem__(key),
        lambda: holder.__setitem__(key, deepcopy(value)),
        lambda: holder.__setitem__(key, reference(other)),
        lambda: into.__setitem__(dice.choice(KEYWORDS), deepcopy(dice.choice(VALUES))),
        lambda: into.__setitem__(dice.choice(KEYWORDS), deepcopy(value)),
        lambda: into.__setitem__(dice.choice(KEYWORDS), into.pop(dice.choice(list(into)))),
    )
    dice.choice(changes)()


def entries() -> Iterator[bytes]:
    """What was recorded of a right server, and of one that is odd."""
    odd = {"id": 5, "status": "in_queue", "request_counts": None, "metadata": {"a": "b"}, "extra": [1]}
    for method, path, status, body in (
        ("GET", "batches?limit=2", 200, {"object": "list", "data": [odd, odd], "has_more": True, "last_id": "x"}),
        ("POST", "batches", 400, {"error": {"message": "no"}}),
        ("GET", "batches/b", 200, [1]),
        ("GET", "files", 404, "no"),
    ):
        text = orjson.dumps(body).decode()
        yield orjson.dumps(
            {
                "startedDateTime": "2026-11-20T10:00:00Z",
                "request": {"method": method, "url": f"https://h.example/v1/{path}", "headers": []},
                "response": {
                    "status": status,
                    "headers": [],
                    "content": {"mimeType": "application/json", "text": text},
                },
            }
        )


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(40), id="some"), pytest.param(range(40, 1000), id="many", marks=pytest.mark.full)],
)
def test_a_random_change_ends_in_a_reading_or_a_line(seeds: range, tmp_path: Path) -> None:
    """Loaded; and of some: compared, judged by, reported, and mended."""
    path, recording = tmp_path / "their.json", tmp_path / "r.ndjson"
    recording.write_bytes(b"\n".join(entries()) + b"\n")
    own, read = load(next(iter(RIGHT))), 0
    for seed in seeds:
        dice = random.Random(seed)  # noqa: S311 - the same in every run
        document = deepcopy(SPECS[dice.choice(list(SPECS))])
        for _ in range(dice.choice((1, 1, 2, 3))):
            mutate(document, dice)
        path.write_text(json.dumps(document, default=str), encoding="utf-8")
        load.cache_clear()
        said = ""
        try:
            theirs = load(str(path))
            read += 1
            if read % 8 == 1:
                for old, new in ((own, theirs), (theirs, own)):
                    report.build(result(old, new, known=(), day=today(), fail_on="info", started=0.0, finished=0.0))
                tree = report.build(traffic.check(traffic.CheckOptions(files=(str(recording),), against=(str(path),))))
                report.validate(tree)
                propose(theirs, [row for row in tree["drift"] if row["endpoint"]])
        except UserError as error:
            said = str(error)
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
        assert len(said.splitlines()) <= 1, seed
    assert read > len(seeds) // 3
