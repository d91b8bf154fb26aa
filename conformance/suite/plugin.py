"""The pytest side of a run: options, the `probe` fixture, the order of the probes, and the exit code."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import ContractError
from conformance.endpoint import BudgetSpent, PathRefused, WriteRefused
from conformance.known import DEFAULT_FILE, KnownDriftError
from conformance.pseudonyms import MaskKeyError, read_key, run_key
from conformance.recording.opening import SourceError
from conformance.suite.probe import OutOfReach, Probe
from conformance.suite.session import RunOptions, Session
from conformance.target import EndpointError

ORDER = (
    "test_lists",
    "test_pages",
    "test_details",
    "test_credentials",
    "test_lifecycle",
    "test_generated",
    "test_again",
    "test_verdict",
)
"""What tells most comes first, so that a small budget is well spent; the verdict comes last."""

SESSION = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The words of `batch-conformance run`."""
    group = parser.getgroup("batch-conformance")
    group.addoption("--endpoint", action="append", metavar="ENDPOINT", help="sim:NAME or live:NAME; may be given again")
    group.addoption(
        "--against", action="append", metavar="CONTRACT", help="a contract that judges; all; default: the usual"
    )
    group.addoption(
        "--operation", action="append", metavar="NAME", help="probe only this operation; may be given again"
    )
    group.addoption("--url", help="where a live endpoint really is")
    group.addoption("--write", action="store_true", help="allow more than GET on a live endpoint")
    group.addoption("--model", metavar="M", help="what a batch made with --write names")
    group.addoption("--max-requests", type=int, metavar="N", help="at most so many requests an endpoint")
    group.addoption("--rate", type=float, metavar="N", help="at most so many requests a second")
    group.addoption("--allow-empty", action="store_true", help="an empty list is no reason for could-not-check")
    group.addoption("--record", type=Path, metavar="FILE", help="write what is judged, masked, to .ndjson or .har")
    group.addoption("--mask-key-file", type=Path, metavar="FILE", help="make pseudonyms with the key in this file")
    group.addoption("--known", type=Path, default=DEFAULT_FILE, metavar="FILE", help="accepted drift")
    group.addoption("--no-known", action="store_true", help="accept no drift")
    group.addoption("--strict-known", action="store_true", help="stale entries count on live endpoints too")
    group.addoption("--fail-on", choices=("breaking", "warning", "info"), default="warning")


def pytest_configure(config: pytest.Config) -> None:
    """Make the session, unless the command line has brought its own."""
    if SESSION in config.stash:
        return
    option: dict[str, Any] = vars(config.option)
    try:
        key_file = option["mask_key_file"]
        mask_key = read_key(key_file) if key_file else run_key()
    except MaskKeyError as error:
        raise pytest.UsageError(str(error)) from None
    options = RunOptions(
        endpoints=tuple(option["endpoint"] or RunOptions().endpoints),
        against=tuple(option["against"] or ()),
        operations=tuple(option["operation"] or ()),
        url=option["url"],
        write=option["write"],
        model=option["model"],
        max_requests=option["max_requests"],
        rate=option["rate"],
        allow_empty=option["allow_empty"],
        record=option["record"],
        mask_key=mask_key,
        known=None if option["no_known"] else option["known"],
        strict_known=option["strict_known"],
        fail_on=option["fail_on"],
    )
    try:
        config.stash[SESSION] = Session(options)
    except (ContractError, EndpointError, KnownDriftError, SourceError) as error:
        raise pytest.UsageError(str(error)) from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Once for each endpoint; the verdict once for each contract as well."""
    session = metafunc.config.stash.get(SESSION, None)
    if session is None:
        return
    endpoints = [target.name for target in session.targets]
    if "contract_name" in metafunc.fixturenames:
        pairs = [(name, one.name) for name in endpoints for one in session.judging[name]]
        metafunc.parametrize(("probe", "contract_name"), pairs, indirect=["probe"], scope="session")
    elif "probe" in metafunc.fixturenames:
        metafunc.parametrize("probe", endpoints, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the probes in order."""
    items.sort(key=lambda item: ORDER.index(item.path.stem) if item.path.stem in ORDER else -1)


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> Session:
    """The run."""
    return pytestconfig.stash[SESSION]


@pytest.fixture(scope="session")
def probe(request: pytest.FixtureRequest, run: Session) -> Probe:
    """The endpoint to probe."""
    return run.probe(request.param)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A probe that the budget, the guard or the endpoint's silence stops is skipped; it is named if it was to be."""
    try:
        return (yield)
    except (BudgetSpent, OutOfReach) as reason:
        probe = pyfuncitem.funcargs["probe"]
        assert isinstance(probe, Probe)
        probe.over = str(reason) or "the budget of requests, or its time, is spent"
        probe.left_out.append(_words(pyfuncitem))
        pytest.skip(probe.over)
    except (PathRefused, WriteRefused) as reason:
        pytest.skip(str(reason))


def _words(item: pytest.Function) -> str:
    """A probe's name in words, with its endpoint and what else sets it apart: `an odd limit … [live:kimi-abc]`."""
    return f"{item.originalname.removeprefix('test_').replace('_', ' ')} [{item.callspec.id}]"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A probe asserts nothing of the endpoint; one that fails is broken itself."""
    report = yield
    if report.failed and item.path.stem != "test_verdict":
        item.config.stash[SESSION].broken.append(f"{item.name}: {account(call.excinfo)}")
    return report


def account(excinfo: pytest.ExceptionInfo[BaseException] | None) -> str:
    """What was raised, and where: its message may repeat what the endpoint sent."""
    if excinfo is None:
        return "failed"
    last = excinfo.traceback[-1]
    return f"{excinfo.typename} at {Path(last.path).name}:{last.lineno + 1}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say by the exit code what `batch-conformance run` would say."""
    run = session.config.stash.get(SESSION, None)
    if run is None or session.config.option.collectonly:
        return
    if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        session.exitstatus = 2 if run.broken else run.result().exit_code


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what was made and could not be taken back, in full: this goes to its owner's terminal only."""
    run = config.stash.get(SESSION, None)
    for one in run.remains.values() if run is not None else ():
        terminalreporter.write_line(one.text())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close what the run opened."""
    run = config.stash.get(SESSION, None)
    if run is not None:
        run.__exit__(None, None, None)
