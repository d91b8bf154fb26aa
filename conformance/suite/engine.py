"""Runs the suite from a program: pytest, with nothing of the user's own pytest setup in the way."""

import contextlib
import io
import os
from pathlib import Path

import pytest

from conformance.outcome import Result
from conformance.suite.plugin import SESSION
from conformance.suite.session import Options, Session


class EngineError(Exception):
    """The suite itself broke: a fault of this project, with pytest's account of it."""


class _Bring:
    """Hands the session to the plugin before it would make its own."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Stash the session."""
        config.stash[SESSION] = self.session


def run(options: Options) -> Result:
    """Probe and judge.

    Raises:
        ContractError, EndpointError, KnownDriftError: something that was asked for cannot be had.
        EngineError: a probe failed by itself.
    """
    folder = Path(__file__).parent
    arguments = [
        str(folder),
        f"--rootdir={folder}",
        f"--confcutdir={folder}",
        f"--config-file={folder / 'pytest.ini'}",
        "-p",
        "no:cacheprovider",
        "-p",
        "conformance.suite.plugin",
        "--quiet",
        "--no-header",
        "--color=no",
    ]
    session = Session(options)
    printed = io.StringIO()
    inherited = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    autoload = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        with contextlib.redirect_stdout(printed):
            code = pytest.main(arguments, plugins=[_Bring(session)])
    finally:
        os.environ.update(inherited)
        if autoload is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
    if session.broken or code in {pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}:
        raise EngineError("; ".join(session.broken) or " ".join(printed.getvalue().split()[-40:]))
    return session.result()
