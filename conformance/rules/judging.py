"""The rules of what an endpoint does, and of what a contract says of itself."""

from conformance.rules.rule import Rule

JUDGING = (
    # What a response body says
    Rule(
        "response-property-enum-value-added",
        "breaking",
        "A field holds a value outside the contract's closed list.",
        'status is "in_queue"; documented: validating, failed, in_progress, …',
        "checks.one.payload:places",
    ),
    Rule(
        "response-property-became-nullable",
        "breaking",
        "A field is null where the contract does not allow null.",
        "request_counts is null; documented: object",
        "checks.one.payload:places",
    ),
    Rule(
        "response-property-type-changed",
        "breaking",
        "A field has another JSON type than the contract's.",
        "errors is an object; documented: array or null",
        "checks.one.payload:places",
    ),
    Rule(
        "response-required-property-missing",
        "breaking",
        "A field that the contract requires is not there.",
        "has_more is missing; documented: required",
        "checks.one.payload:places",
    ),
    Rule(
        "response-value-out-of-range",
        "warning",
        "A value breaks a documented bound: minimum, maximum, length, pattern, format, uniqueness.",
        "completed is -1; documented: minimum 0",
        "checks.one.payload:places",
    ),
    Rule(
        "response-property-undocumented",
        "info",
        "A field is there that the contract does not know.",
        "expired_at is there; the contract has no such field",
        "checks.one.payload:places",
    ),
    # What a response is
    Rule(
        "response-body-not-json",
        "breaking",
        "The response declares JSON, or the contract promises nothing else, and its body is not JSON.",
        "Invalid token, without the quotes, as application/json",
        "checks.one.form:form",
    ),
    Rule(
        "response-media-type-undocumented",
        "breaking",
        "The response declares a media type that the contract does not list.",
        "text/html; documented: application/json",
        "checks.one.form:form",
    ),
    Rule(
        "response-status-undocumented",
        "breaking",
        "The status code is not documented. Breaking for a success or redirect, warning for a 4xx on a valid request, "
        "info for 429, 5xx and a 4xx that refuses an invalid request.",
        "429; documented: 200, 401, 500",
        "checks.one.status:status",
    ),
    Rule(
        "success-carries-error",
        "breaking",
        "A success status carries an error body.",
        '200 with {"error": {"message": "…"}}',
        "checks.one.payload:error",
    ),
    # How requests are met
    Rule(
        "request-valid-rejected",
        "breaking",
        "A request that the contract allows is refused.",
        "limit=2 is answered 400",
        "checks.several.refusals:Refusals",
    ),
    Rule(
        "request-invalid-accepted",
        "warning",
        "A documented parameter or body field with a value that the contract forbids is accepted.",
        "limit=abc is answered 200; documented: integer",
        "checks.one.request:accepted",
    ),
    Rule(
        "auth-not-enforced",
        "warning",
        "A request without a key, or with a wrong one, succeeds where the contract demands authentication.",
        "200 without Authorization",
        "checks.one.request:authorization",
    ),
    Rule(
        "server-error",
        "warning",
        "Particular requests provoke a 5xx while others succeed. A 5xx that a retry mends is info, and a warning "
        "where one answer in twenty is like that, at least three.",
        "limit=0 is answered 500, every time",
        "checks.several.failures:Failures",
    ),
    Rule(
        "request-unanswered",
        "warning",
        "Particular requests get no answer on any try while others do. One that a retry mends, or a request put off "
        "with 429, is info, and a warning where there is one to twenty answers, at least three.",
        "the connection is dropped for limit=2, every time",
        "checks.several.failures:Failures",
    ),
    # How pages follow each other
    Rule(
        "page-cursor-ignored",
        "breaking",
        "A page asked for with a cursor repeats what came before it; a client that walks the pages never ends.",
        "after=batch_9 answers the first page again",
        "checks.several.walks:Walks",
    ),
    Rule(
        "page-empty-with-more",
        "breaking",
        "A page is empty and says there is more; a client has no cursor to go on with.",
        '{"data": [], "has_more": true}',
        "checks.several.walks:Walks",
    ),
    Rule(
        "page-limit-ignored",
        "warning",
        "A page holds more items than the limit that was asked for.",
        "limit=2 answers 20 items",
        "checks.one.page:limit",
    ),
    Rule(
        "page-cursor-mismatch",
        "warning",
        "first_id or last_id is not the id of the page's first or last item.",
        'last_id is "batch_1"; the last item is "batch_9"',
        "checks.one.page:cursors",
    ),
    # What must hold between fields and over time
    Rule(
        "invariant-constant-changed",
        "breaking",
        "A field that is always the same by contract holds something else, or is missing with all others.",
        'object is "batch_job"; documented: always "batch"',
        "checks.one.invariants:constants",
    ),
    Rule(
        "invariant-counts-exceed-total",
        "warning",
        "More requests are completed and failed than there are in all.",
        "completed 9, failed 3, total 10",
        "checks.one.invariants:counts",
    ),
    Rule(
        "invariant-status-timestamp",
        "warning",
        "A timestamp contradicts the status: set before its time, or not set although its state was reached.",
        "status completed, completed_at null",
        "checks.one.invariants:set_times",
    ),
    Rule(
        "invariant-timestamp-order",
        "warning",
        "A timestamp is earlier than one that must come before it.",
        "completed_at before created_at",
        "checks.one.invariants:order",
    ),
    Rule(
        "invariant-lifecycle",
        "warning",
        "A batch goes back to a status that it had left behind, or leaves a final one.",
        "completed, then in_progress",
        "checks.several.statuses:Statuses",
    ),
    # What a contract says of itself
    Rule(
        "contract-example-mismatch",
        "warning",
        "An example or sample of the documentation contradicts the schema beside it.",
        "the response sample lacks the required status",
        "documents.contract_rules:check_contract",
    ),
    Rule(
        "contract-default-mismatch",
        "warning",
        "A default contradicts its own schema.",
        "type: integer, default: false",
        "documents.contract_rules:check_contract",
    ),
    Rule(
        "contract-generator-loss",
        "warning",
        "The pinned client generator drops something that the contract documents.",
        "the 400 response has no model in the client",
        "impact.loss:client_loss",
    ),
    Rule(
        "contract-pages-disagree",
        "warning",
        "Two pages of one provider say different things of the same field.",
        "minimum 24 h on one page, 336 h on the other",
        "documents.page_rules:disagreements",
    ),
    Rule(
        "contract-blind-spot",
        "info",
        "The contract says so little here that no check against it can find drift.",
        "status is a bare string; nothing is required",
        "documents.contract_rules:check_contract",
    ),
)
