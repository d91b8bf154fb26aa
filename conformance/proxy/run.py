"""`proxy`: a gateway until it is interrupted, then the report of what passed, by the way of `check`."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import evolve, field, frozen

from conformance import against, contract, traffic
from conformance.known import DEFAULT_FILE, read_known
from conformance.outcome import Result
from conformance.providers import PROVIDERS, Provider
from conformance.proxy.address import Base
from conformance.proxy.gateway import Gateway
from conformance.proxy.keeping import Keeping
from conformance.proxy.upstream import Upstream
from conformance.pseudonyms import run_key
from conformance.recording.mask import Mask
from conformance.recording.writer import Recording
from conformance.report.words import Lang
from conformance.rules import Severity
from conformance.target import live_url
from conformance.watching.checked import checked
from conformance.watching.places import GrowingRecording
from conformance.watching.plan import WatchPlan

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NAME = "proxy"
"""What notes and examples call the place where exchanges were kept."""


@frozen
class ProxyOptions:
    """What a proxy was asked for; the words are those of the command line."""

    provider: str
    port: int = 0
    url: str | None = None
    against: tuple[str, ...] = ()
    record: Path | None = None
    known: Path | None = DEFAULT_FILE
    strict_known: bool = False
    fail_on: Severity = "warning"
    lang: Lang = "en"
    """Of the lines that tell new findings."""
    mask_key: bytes = field(factory=run_key, repr=False)
    """The key of the pseudonyms in the recording."""


def run(options: ProxyOptions, ready: Callable[[str], None], tell: Callable[[str], None]) -> Result:
    """Pass everything on until SIGINT, SIGTERM or SIGHUP; from the main thread only.

    Args:
        options: what was asked for.
        ready: gets the base URL that clients are to use, once it answers.
        tell: gets a line for each new finding, from any thread.

    Raises:
        ContractError, EndpointError, KnownDriftError, PortError: something that was asked for cannot be had.
        SourceError: there is no place to keep what passes, or it cannot be recorded.
    """
    provider = PROVIDERS[options.provider]
    base = Base.of(live_url(provider, contract.load(provider.contract), options.url))
    checking = _checking(options, provider, base)
    contracts = against.asked_for(checking.against)
    if options.known is not None:
        read_known(options.known)
    recorded = None
    if options.record is not None:
        Recording(options.record, Mask(contracts)).discard()
        recorded = GrowingRecording.now(options.record)
    started = time.time()
    with Keeping(base, lambda path: _plan(options, checking, path), tell) as keeping:
        gateway = Gateway(Upstream(base), keeping, options.port)
        with _signals_as_before():
            asyncio.run(_serve(gateway, keeping, ready))
        notes = [f"a request could not be passed on, a fault of this project: {one}" for one in gateway.faults]
        notes += keeping.end()
        notes += keeping.lost()
        result = checked(evolve(checking, files=(keeping.path,)), keeping.path, NAME, notes, recorded)
    return evolve(result, started=started)


def _plan(options: ProxyOptions, checking: traffic.CheckOptions, path: str) -> WatchPlan:
    return WatchPlan(
        path,
        checking.against,
        checking.base_paths,
        known=str(options.known) if options.known else None,
        record=str(options.record) if options.record else None,
        mask_key=options.mask_key.hex(),
        lang=options.lang,
    )


def _checking(options: ProxyOptions, provider: Provider, base: Base) -> traffic.CheckOptions:
    """How `check` would judge a recording of it. The contract of a provider that is asked elsewhere judges as well."""
    asked, usual = options.against, against.usual()
    if not asked and against.of_host(base.authority.decode()) is None and provider.contract not in usual:
        asked = against.usual(provider)
    return traffic.CheckOptions(
        files=(),
        against=asked,
        base_paths=(base.path,) if base.path else (),
        known=options.known,
        strict_known=options.strict_known,
        fail_on=options.fail_on,
    )


@contextmanager
def _signals_as_before() -> Iterator[None]:
    """Put back what signals did: an event loop that ends leaves them to the system."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _serve(gateway: Gateway, keeping: Keeping, ready: Callable[[str], None]) -> None:
    """Serve until the first signal; a second one does not wait for requests that are under way."""
    await gateway.open()
    loop, stopped, again = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def stop() -> None:
        (again if stopped.is_set() else stopped).set()

    for number in _SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # else someone wants it ignored, as nohup does
            loop.add_signal_handler(number, stop)
    ready(gateway.base_url)
    await stopped.wait()
    closing = asyncio.create_task(gateway.close())
    waiting = asyncio.create_task(again.wait())
    await asyncio.wait({closing, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not closing.done():
        gateway.cut()
    waiting.cancel()
    await closing
    await keeping.settled()
