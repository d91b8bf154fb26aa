"""A simulator as a user holds it: started, asked for its address, moved in time, told to misbehave, stopped."""

import signal
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Self

from conformance.simulator.app import App
from conformance.simulator.clock import Clock
from conformance.simulator.control import advance
from conformance.simulator.engine import Engine
from conformance.simulator.faults import Faults
from conformance.simulator.heard import Listener
from conformance.simulator.profiles import PROFILES
from conformance.simulator.replies import Reply, replies
from conformance.simulator.server import Server
from conformance.simulator.service import Service
from conformance.simulator.store import StateError, Store

HOST = "127.0.0.1"
DEFAULT_KEY = "sk-sim"


class Simulator:
    """One provider's batch and file server on a loopback port, while the `with` block lasts.

    Args:
        provider: a key of PROFILES.
        key: the one key it accepts.
        host: the name or address to listen on; beyond loopback names and addresses, the only one that it answers to.
        port: 0 takes any that is free.
        speed: virtual seconds a real one; 0 stands still, and only `advance` moves time: then the same run gives the
            same bytes.
        state: a folder that keeps everything over a restart; None keeps nothing.
        models: the models that exist; empty where any does.
        faults: names of FAULTS to begin with.
        reply: how requests are answered, see `replies`.
        reply_key: the bearer token for an upstream server that `reply` names.
        seeded: whether a fresh server shows exhibits.
        listener: takes a line for each request that was answered, in the server's thread.
        work_seconds: how long answering a batch's requests takes, in virtual seconds; if that is more than its window,
            it expires.

    Raises:
        PortInUse: someone else listens on the port.
        StateError: the folder of the state cannot be used.
        FaultError, KeyError, ValueError: there is no such fault, no such provider, no such speed, or the reply cannot
            be read.
    """

    def __init__(
        self,
        provider: str,
        *,
        key: str = DEFAULT_KEY,
        host: str = HOST,
        port: int = 0,
        speed: float = 1.0,
        state: Path | None = None,
        models: Collection[str] = (),
        faults: Sequence[str] = (),
        reply: Reply | str | None = None,
        reply_key: str | None = None,
        seeded: bool = True,
        work_seconds: int = 3600,
        listener: Listener | None = None,
    ) -> None:
        """Start it; it answers when this returns."""
        profile = PROFILES[provider]
        self.provider = provider
        self.key = key
        self._host = f"[{host}]" if ":" in host else host
        self.faults = Faults(faults)
        answering = replies(reply, reply_key)
        self._store = Store(provider, state, profile.phases)
        try:
            if seeded and self._store.fresh:
                self._store.begin(profile.exhibits())
            clock = Clock(speed, self._store.moment)
            engine = Engine(profile, self._store, clock, answering, frozenset(models), work_seconds)
            self._service = Service(profile, clock, self._store, engine)
            self._server = Server(App(self._service, key, self.faults, host, listener), host, port)
        except BaseException:
            self._store.close()
            raise

    @property
    def base_url(self) -> str:
        """Its address with the base path of the contract, such as `/v1`; without it answers as well."""
        return f"http://{self._host}:{self._server.port}{self._service.profile.contract.base_path}"

    @property
    def control_url(self) -> str:
        """Where its time and its faults are moved."""
        return f"http://{self._host}:{self._server.port}/_control"

    @property
    def now(self) -> int:
        """Virtual time, in seconds since the epoch."""
        return self._service.clock.now()

    def advance(self, seconds: float) -> None:
        """Move time on; when this returns, every batch is where it is by then.

        Raises:
            ValueError: time does not go there.
            StateError, OSError: the folder of the state cannot be written.
        """
        self._server.run(advance(self._service, seconds))

    def close(self) -> None:
        """Stop; without a folder for its state, everything is forgotten."""
        if self._server.running:
            self._server.run(self._service.engine.stop())
            self._server.close()
            # Where the disk is full the time of the last change remains; nothing that was answered hangs on it.
            with suppress(StateError):
                self._store.save(moment=self.now)
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(simulator: Simulator, ready: Callable[[Simulator], None]) -> None:
    """Tell that a simulator is ready, and keep it up until SIGINT, SIGTERM or SIGHUP; from the main thread only."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        ready(simulator)
        stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        simulator.close()
