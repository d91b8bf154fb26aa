"""What a simulator can be told to do wrong: each fault by name, with the rule of the catalogue that it provokes."""

from collections.abc import Mapping, Sequence

from attrs import define, evolve, field, frozen

from conformance.contract import OPERATIONS
from conformance.errors import UserError
from conformance.nearest import meant
from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.fault_hooks import (
    RETRY_AFTER,
    SLOW_SECONDS,
    Hook,
    HookContext,
    Next,
    accept,
    batches,
    both,
    bursting,
    drop_limits,
    empty_id,
    error_with_200,
    forgetting,
    go_back,
    hidden_rest,
    page,
    refusing,
    repeated_item,
    reversed_times,
    sent_as,
    setting,
    slow_down,
    succeeding,
    too_early,
    too_many,
    trust,
    with_limit,
    without,
    wrap,
    wrong_cursors,
)
from conformance.simulator.result_faults import (
    cut,
    doubled,
    expiring,
    first,
    foreign,
    missing,
    nameless,
    output,
    responding,
    uncounted,
)
from conformance.simulator.service import Service


class FaultError(UserError, ValueError):
    """There is no such fault; the message is one line."""


@frozen
class Fault:
    """One thing to do wrong. `provokes` is the rule's id; None where a client is put to the test, not a contract."""

    name: str
    does: str
    provokes: str | None
    hook: Hook = field(repr=False)


_HTML = b"<!doctype html><title>Console</title><h1>Please sign in</h1>"

_ERROR = {"error": {"message": "The request failed", "type": "invalid_request_error", "code": "invalid_request"}}

_FAULTS = (
    # What a batch says
    Fault("status-unknown", 'status is "exploded"', "response-property-enum-value-added", setting(status="exploded")),
    Fault(
        "status-upper-case",
        "status is in capitals",
        "response-property-enum-value-added",
        batches(lambda batch: batch | {"status": batch["status"].upper()}),
    ),
    Fault("counts-null", "request_counts is null", "response-property-became-nullable", setting(request_counts=None)),
    Fault("metadata-null", "metadata is null", "response-property-became-nullable", setting(metadata=None)),
    Fault("created-at-null", "created_at is null", "response-property-became-nullable", setting(created_at=None)),
    Fault(
        "created-at-text",
        "created_at is a string",
        "response-property-type-changed",
        batches(lambda batch: batch | {"created_at": str(batch["created_at"])}),
    ),
    Fault(
        "errors-object",
        "errors is an object",
        "response-property-type-changed",
        setting(errors={"object": "list", "data": []}),
    ),
    Fault(
        "counts-missing",
        "request_counts is not there",
        "response-required-property-missing",
        without("request_counts"),
    ),
    Fault(
        "completion-window-missing",
        "completion_window is not there",
        "response-required-property-missing",
        without("completion_window"),
    ),
    Fault(
        "metadata-too-long",
        "a metadata value is longer than documented",
        "response-value-out-of-range",
        setting(metadata={"long": "x" * 600}),
    ),
    Fault("field-added", "a batch has a field more", "response-property-undocumented", setting(priority="low")),
    Fault("object-renamed", 'object is "batch_job"', "invariant-constant-changed", setting(object="batch_job")),
    Fault("counts-exceed-total", "9 completed and 3 failed of 10", "invariant-counts-exceed-total", batches(too_many)),
    Fault(
        "timestamp-too-early", "failed_at is set and nothing failed", "invariant-status-timestamp", batches(too_early)
    ),
    Fault(
        "timestamps-reversed", "expires_at is before created_at", "invariant-timestamp-order", batches(reversed_times)
    ),
    Fault("status-goes-back", "every other look a batch is less far along", "invariant-lifecycle", go_back),
    Fault("output-missing", "completed, and no output file ever", None, setting(output_file_id=None)),
    Fault("output-too-early", "output_file_id is there from the start", None, setting(output_file_id="file-early")),
    # What a response is
    Fault("body-text", "a bare text, not quoted, as JSON", "response-body-not-json", sent_as(b"Invalid token")),
    Fault("body-empty", "no body, as JSON", "response-body-not-json", sent_as(b"")),
    Fault(
        "body-not-utf8",
        "JSON in another encoding than UTF-8",
        "response-body-not-json",
        sent_as(b'{"object": "l\xefst"}'),
    ),
    Fault("html", "a web page instead of JSON", "response-media-type-undocumented", sent_as(_HTML, "text/html")),
    Fault(
        "status-201",
        "a success is 201",
        "response-status-undocumented",
        succeeding(lambda answer: evolve(answer, status=201)),
    ),
    Fault(
        "no-content",
        "a success is 204 without a body",
        "response-status-undocumented",
        succeeding(lambda answer: evolve(answer, status=204, raw=b"", media_type=None)),
    ),
    Fault(
        "redirect",
        "302 to another address",
        "response-status-undocumented",
        succeeding(lambda answer: evolve(answer, status=302, headers=(("location", "/elsewhere"),))),
    ),
    Fault("error-with-200", "an error body with status 200", "success-carries-error", error_with_200),
    # How requests are met
    Fault("limit-refused", "any limit is answered 400", "request-valid-rejected", with_limit("invalid")),
    Fault("limit-crashes", "any limit is answered 500", "server-error", with_limit("server_error")),
    Fault("limit-dropped", "any limit is met by a closed connection", "request-unanswered", drop_limits),
    Fault("anything-accepted", "invalid requests succeed", "request-invalid-accepted", accept),
    Fault("door-open", "no key is asked for", "auth-not-enforced", trust),
    # How pages follow each other
    Fault(
        "cursor-ignored",
        "after is ignored and there is always more",
        "page-cursor-ignored",
        both(forgetting("after"), page(lambda _call, page: page | {"has_more": True})),
    ),
    Fault("limit-ignored", "limit is ignored", "page-limit-ignored", forgetting("limit")),
    Fault(
        "page-empty-with-more",
        "pages after the first are empty, and there is more",
        "page-empty-with-more",
        page(hidden_rest),
    ),
    Fault("cursor-ids-wrong", "first_id and last_id are of no item", "page-cursor-mismatch", page(wrong_cursors)),
    Fault(
        "ends-early",
        "has_more is false on every page",
        "page-ends-early",
        page(lambda _call, page: page | {"has_more": False}),
    ),
    Fault(
        "item-repeated", "a page begins with the item that it comes after", "page-item-repeated", page(repeated_item)
    ),
    Fault("file-id-empty", 'output_file_id is "" where there is no file', "invariant-id-empty", batches(empty_id)),
    Fault(
        "window-changed",
        "completion_window is another one than was asked for",
        "response-contradicts-request",
        setting(completion_window="96h"),
    ),
    # What the lines of results say
    Fault("result-line-cut", "the last line of an output file is cut off", "result-line-not-json", output(cut)),
    Fault("result-line-missing", "the last line of an output file is not there", "result-absent", output(missing)),
    Fault(
        "result-line-doubled",
        "the first line of an output file comes twice",
        "result-custom-id-repeated",
        output(doubled),
    ),
    Fault("custom-id-lost", "a line of results has no custom_id", "result-custom-id-missing", first(nameless)),
    Fault("custom-id-foreign", "a line is of a request that nobody made", "result-custom-id-unknown", first(foreign)),
    Fault(
        "error-in-success-line",
        "a line with status 200 has an error body",
        "success-carries-error",
        first(responding(200, _ERROR)),
    ),
    Fault(
        "refusal-in-output",
        "a line with status 400 is in the output file, and counts as completed",
        "result-counts-disagree",
        first(responding(400, _ERROR)),
    ),
    Fault(
        "result-line-empty", "a line has the status 0, and nothing else", "result-line-empty", first(responding(0, {}))
    ),
    Fault(
        "error-file-uncounted",
        "failed is 0, and the error file has lines",
        "result-counts-disagree",
        batches(uncounted),
    ),
    # What puts a client to the test
    Fault("expired-with-output", "a new batch expires half-way, and keeps what was done", None, expiring),
    Fault(
        "rate-limited",
        "429 with Retry-After",
        "response-status-undocumented",
        refusing("rate_limited", ("retry-after", str(RETRY_AFTER))),
    ),
    Fault("forbidden", "403", None, refusing("forbidden")),
    Fault("server-errors", "two of three requests are answered 500", None, bursting("server_error")),
    Fault("overloaded", "two of three requests are answered 503", None, bursting("overloaded")),
    Fault("gateway-timeout", "504", None, refusing("timeout")),
    Fault("slow", f"every answer takes {SLOW_SECONDS:g} s", None, slow_down),
    Fault(
        "dropped",
        "the connection is closed before the answer",
        None,
        succeeding(lambda answer: evolve(answer, cut="before")),
    ),
    Fault(
        "truncated",
        "the connection is closed in the middle of the body",
        None,
        succeeding(lambda answer: evolve(answer, cut="midway")),
    ),
)

FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _FAULTS}
"""Every fault by its name, in the order of the documentation."""


def _named(name: object) -> Fault:
    if not isinstance(name, str) or name not in FAULTS:
        shown = name if isinstance(name, str) else repr(name)
        raise FaultError(f"{shown}: no such fault; there are {', '.join(FAULTS)}{meant(shown, FAULTS)}")
    return FAULTS[name]


@define
class _Active:
    fault: Fault
    operation: str | None
    left: int | None
    memory: dict[str, int] = field(factory=dict)


class Faults:
    """The faults that are on. Each change replaces the whole tuple, so that any thread may make one."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        """Begin with some of them on."""
        self._active: tuple[_Active, ...] = ()
        for name in names:
            self.add(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are on."""
        return tuple(active.fault.name for active in self._active)

    def add(self, name: object, *, operation: object = None, times: object = None) -> None:
        """Turn a fault on: for every operation or one, for good or for a number of requests.

        Anything may be asked for, as it may over HTTP: the name of a fault, of an operation, and an integer it must be.

        Raises:
            FaultError: there is no such fault, no such operation, or no such number of requests.
        """
        fault = _named(name)
        if operation is not None and not (isinstance(operation, str) and operation in OPERATIONS):
            raise FaultError(f"{operation!r}: no such operation; there are {', '.join(OPERATIONS)}")
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise FaultError(f"times must be an integer of at least 1, not {times!r}")
        self._active = (*(one for one in self._active if one.fault is not fault), _Active(fault, operation, times))

    def remove(self, name: str) -> None:
        """Turn a fault off, if it is on.

        Raises:
            FaultError: there is no such fault.
        """
        fault = _named(name)
        self._active = tuple(one for one in self._active if one.fault is not fault)

    def clear(self) -> None:
        """Turn all off."""
        self._active = ()

    async def around(self, call: Call, service: Service, answer: Next) -> ServedAnswer:
        """Answer a call as the faults that are on have it, the first one outermost."""
        operation = service.profile.contract.operations.get(call.operation)
        for active in reversed(self._active):
            if active.operation not in {None, call.operation} or active.left == 0:
                continue
            if active.left is not None:
                active.left -= 1
            answer = wrap(
                active.fault.hook,
                answer,
                HookContext(service, active.memory, operation),
            )
        return await answer(call)
