"""A simulator judged: a client whose every exchange is held against a contract."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import httpx

from conformance.checks.watch import Watch
from conformance.contract import load
from conformance.drift import Drift
from conformance.exchange import Answer, Credentials, Exchange, Request
from conformance.simulator import Simulator
from tests.simulator.kit import TLS


class Judged:
    """Sends requests by the operations' names; what comes back is judged."""

    def __init__(self, simulator: Simulator, contract: str) -> None:
        """Begin."""
        self._watch = Watch(f"sim:{simulator.provider}", (load(contract),))
        self._simulator = simulator
        self._numbers = count()
        self._client = httpx.Client(base_url=simulator.base_url, timeout=5, verify=TLS, trust_env=False)

    def send(
        self, operation: str, *, key: str | None = "", path: Mapping[str, str] | None = None, **options: Any
    ) -> httpx.Response | None:
        """Send a request; None if nothing came back. `key`: None sends none, "" the right one."""
        described = load(self._simulator.provider).operations[operation]
        headers = dict(options.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {key or self._simulator.key}"
        url = described.path.format(**(path or {}))
        request = self._client.build_request(described.method, url, headers=headers, **options)
        response: httpx.Response | None = None
        answer: Answer | None = None
        failure: str | None = None
        try:
            response = self._client.send(request)
            answer = Answer(response.status_code, tuple(response.headers.multi_items()), response.content)
        except httpx.HTTPError as error:
            failure = type(error).__name__
        credentials: Credentials = "given" if key == "" else "absent" if key is None else "wrong"
        body = request.read() or None
        self._watch.add(
            Exchange(
                operation=operation,
                request=Request(described.method, str(request.url), tuple(request.headers.multi_items()), body),
                answer=answer,
                started=float(next(self._numbers)),
                credentials=credentials,
                failure=failure,
                path_parameters=tuple((path or {}).items()),
            )
        )
        return response

    def drifts(self) -> tuple[Drift, ...]:
        """What was found."""
        [judgement] = self._watch.judgements(allow_empty=True)
        return judgement.drifts

    def rules(self) -> set[str]:
        """The rules that it found broken."""
        return {drift.rule for drift in self.drifts()}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
