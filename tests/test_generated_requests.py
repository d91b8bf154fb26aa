"""Requests that are generated from a contract can be sent, whatever values the contract allows."""

import json
from pathlib import Path

from conformance import contract
from conformance.suite.generated import generate

BEYOND = 2**70
CONTRACT = f"""
openapi: 3.1.0
info: {{title: large, version: "1"}}
paths:
  /batches:
    post:
      operationId: create_batch
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [priority]
              properties:
                priority: {{type: integer, minimum: {BEYOND}}}
      responses:
        "200": {{description: made, content: {{application/json: {{schema: {{type: object}}}}}}}}
"""


def test_integers_beyond_64_bit_are_sent_as_they_are(tmp_path: Path) -> None:
    """No request is lost, and none breaks the run."""
    (tmp_path / "large.yaml").write_text(CONTRACT, encoding="utf-8")
    large = contract.load(str(tmp_path / "large.yaml"))
    bodies = [one.body or b"" for one in generate(large, large.operations["create_batch"])]
    numbers = [json.loads(body)["priority"] for body in bodies if b'"priority":1' in body.replace(b" ", b"")]
    assert numbers
    assert all(isinstance(number, int) and number > 2**64 for number in numbers)
