"""Plain pytest finds the plugin here; `batch-conformance run` brings it along."""

pytest_plugins = ["conformance.suite.plugin"]
