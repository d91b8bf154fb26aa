"""The probes: pytest asks an endpoint what its contract documents, and every contract judges the answers.

`batch-conformance run` runs the suite; so does plain pytest, with the same outcome:
`pytest -p conformance.suite.plugin --pyargs conformance.suite --endpoint sim:kimi`.
"""
