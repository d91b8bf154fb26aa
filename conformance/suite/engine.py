"""Runs the suite from a program: pytest, with nothing of the user's own pytest setup in the way."""

import contextlib
import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.errors import UserError
from conformance.outcome import Result
from conformance.suite.plugin import SESSION, account
from conformance.suite.session import RunOptions, Session

FOLDER = Path(__file__).parent
ARGUMENTS = (
    *(f"--rootdir={FOLDER}", f"--confcutdir={FOLDER}", f"--config-file={FOLDER / 'pytest.ini'}"),
    *("-p", "no:cacheprovider", "-p", "conformance.suite.plugin"),
    *("--assert=plain", "--quiet", "--no-header", "--color=no", "--capture=sys"),
    # They look for what tests leave behind, which costs a third of a run, or write what nobody reads.
    *(
        word
        for name in ("unraisableexception", "threadexception", "logging", "faulthandler", "doctest", "junitxml")
        for word in ("-p", f"no:{name}")
    ),
)


class EngineError(UserError):
    """The suite itself broke, which is a fault of this project; the message says where."""


class _Bring:
    """Hands the session to the plugin before it would make its own."""

    def __init__(self, session: Session, progress: Callable[[tuple[int, int]], None]) -> None:
        self.session = session
        self.progress = progress
        self.done = self.all = 0
        self.account = "pytest could not be started"

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what was raised; pytest's own account may repeat what the endpoint sent."""
        self.account = account(excinfo)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count what is to be done."""
        self.all = len(session.items)

    def pytest_runtest_logfinish(self) -> None:
        """Tell how far the run is."""
        self.done += 1
        self.progress((self.done, self.all))

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Stash the session."""
        config.stash[SESSION] = self.session


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does: pytest winds up, and there is a report, marked as not complete."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the user's pytest options and plugins out of the run, and put them back afterwards."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update({name: value for name, value in before.items() if value is not None})


def run(options: RunOptions, progress: Callable[[tuple[int, int]], None] = lambda _: None) -> Result:
    """Probe and judge; broken off by Ctrl-C or SIGTERM, or by a fault of a probe, the result is not complete.

    `progress` is told how many probes are done, and of how many.

    Raises:
        ContractError, EndpointError, KnownDriftError: something that was asked for cannot be had.
        SourceError: what is judged cannot be recorded.
        EngineError: pytest itself failed.
    """
    session = Session(options)
    bring = _Bring(session, progress)
    with _undisturbed(), _interruptible(), contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main([str(FOLDER), *ARGUMENTS], plugins=[bring])
    if code in {pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}:
        raise EngineError(f"the suite broke: {bring.account}")
    return session.result()
