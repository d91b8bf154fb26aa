"""The probes: pytest asks an endpoint what its contract documents, and every contract judges the answers.

`batch-conformance run` runs the suite; so does `pytest --pyargs conformance.suite --endpoint sim:kimi`, with the same
outcome.
"""
