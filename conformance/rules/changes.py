"""The rules of what changes from one contract to another, beside those that a response can show too.

Ids and severities are oasdiff's. They have a direction: what a response may say more, and what a request must say
more, breaks the clients that there are; what a response says less, and what a request may say more, does not. A
parameter's schema, and a body as a whole (pointer `""`), are fields too; a minimum or maximum is that of a value, a
length, or a number of items or properties.
"""

from conformance.rules.rule import Rule

CHANGES = (
    # Operations
    Rule(
        "api-removed-without-deprecation",
        "breaking",
        "An operation is no longer there, or is at another path. Info if it was deprecated.",
        "DELETE /files/{file_id} is gone",
    ),
    Rule("endpoint-added", "info", "An operation is new.", "POST /batches/{batch_id}/retry"),
    Rule("api-security-added", "info", "An operation now demands a key.", "GET /batches with a bearer token"),
    Rule("api-security-removed", "info", "An operation no longer demands a key.", "GET /batches without a token"),
    # Statuses and media types of responses
    Rule("response-success-status-added", "info", "A success status is new.", "202 beside 200"),
    Rule("response-success-status-removed", "breaking", "A success status is no longer there.", "200 is gone"),
    Rule("response-non-success-status-added", "info", "An error status is new.", "429 beside 401"),
    Rule("response-non-success-status-removed", "info", "An error status is no longer there.", "404 is gone"),
    Rule("response-media-type-added", "info", "A response has one more media type.", "application/x-ndjson"),
    Rule(
        "response-media-type-removed",
        "breaking",
        "A response no longer has a media type.",
        "application/json is gone",
    ),
    # Fields of responses
    Rule("response-required-property-removed", "breaking", "A field that was always there is gone.", "request_counts"),
    Rule("response-optional-property-removed", "warning", "A field that was sometimes there is gone.", "expired_at"),
    Rule("response-required-property-added", "info", "A field is new, and always there.", "usage, required"),
    Rule("response-optional-property-added", "info", "A field is new, and sometimes there.", "usage"),
    Rule(
        "response-property-became-optional",
        "breaking",
        "A field that was always there may now be missing.",
        "has_more is no longer required",
    ),
    Rule(
        "response-property-became-required",
        "info",
        "A field that was sometimes there is now always there.",
        "has_more is now required",
    ),
    Rule("response-property-became-not-nullable", "info", "A field is no longer null.", "metadata: object, not null"),
    Rule("response-property-type-specialized", "info", "A field has fewer types.", "integer instead of number"),
    Rule(
        "response-property-enum-value-removed",
        "info",
        "A field no longer holds a value, or its values are now a closed list.",
        "status is no longer expired",
    ),
    Rule("response-property-min-increased", "info", "A minimum is higher, or new.", "total is at least 1, not 0"),
    Rule("response-property-min-decreased", "breaking", "A minimum is lower, or gone.", "total is at least -1, not 0"),
    Rule("response-property-max-increased", "breaking", "A maximum is higher, or gone.", "at most 32 pairs, not 16"),
    Rule("response-property-max-decreased", "info", "A maximum is lower, or new.", "at most 8 pairs, not 16"),
    Rule("response-property-pattern-added", "info", "A field now follows a pattern.", "id: ^batch_"),
    Rule("response-property-pattern-changed", "info", "A field follows another pattern.", "^batch- instead of ^batch_"),
    Rule("response-property-pattern-removed", "info", "A field follows no pattern any more.", "id: any string"),
    Rule("response-property-default-value-changed", "info", "A field has another default.", "has_more: true"),
    # Parameters and bodies of requests
    Rule("new-required-request-parameter", "breaking", "A parameter is new and required.", "purpose, required"),
    Rule("new-optional-request-parameter", "info", "A parameter is new and optional.", "order"),
    Rule("request-parameter-removed", "warning", "A parameter is no longer there.", "after is gone"),
    Rule("request-parameter-became-required", "breaking", "A parameter is now required.", "limit, required"),
    Rule("request-parameter-became-optional", "info", "A parameter is no longer required.", "purpose, optional"),
    Rule(
        "request-parameter-default-value-changed",
        "breaking",
        "A parameter that is left out means something else.",
        "limit is 100, not 20",
    ),
    Rule("request-body-became-required", "breaking", "A request must now have a body.", "POST …/cancel with a body"),
    Rule("request-body-became-optional", "info", "A request need not have a body.", "POST …/cancel without a body"),
    Rule("request-body-media-type-added", "info", "A body may have one more media type.", "application/json"),
    Rule("request-body-media-type-removed", "breaking", "A body may not have a media type.", "multipart/form-data"),
    # What a provider takes, in words that a schema has not (`x-limits`)
    Rule(
        "request-limit-decreased",
        "warning",
        "A limit lets less through than before, or is new.",
        "at most 50MB a file, not 100MB",
    ),
    Rule(
        "request-limit-increased",
        "info",
        "A limit lets more through than before, or is gone.",
        "at most 200MB a file, not 100MB",
    ),
    # Fields of requests
    Rule("new-required-request-property", "breaking", "A field is new and required.", "model, required"),
    Rule("new-optional-request-property", "info", "A field is new and optional.", "replace"),
    Rule("request-property-removed", "warning", "A field is no longer there.", "metadata is gone"),
    Rule("request-property-became-required", "breaking", "A field is now required.", "endpoint, required"),
    Rule("request-property-became-optional", "info", "A field is no longer required.", "endpoint, optional"),
    Rule("request-property-became-nullable", "info", "A field may be null.", "metadata: object or null"),
    Rule("request-property-became-not-nullable", "breaking", "A field may not be null.", "metadata: object, not null"),
    Rule("request-property-type-changed", "breaking", "A field no longer takes a type.", "string, not integer"),
    Rule("request-property-type-generalized", "info", "A field takes more types.", "string or integer, not string"),
    Rule(
        "request-property-enum-value-added",
        "info",
        "A field takes one more value, or any.",
        "purpose may be video",
    ),
    Rule("request-property-enum-value-removed", "breaking", "A field no longer takes a value.", "purpose: not image"),
    Rule("request-property-became-enum", "breaking", "A field takes only a closed list of values.", "endpoint"),
    Rule("request-property-min-increased", "breaking", "A minimum is higher.", "limit is at least 10, not 1"),
    Rule("request-property-min-decreased", "info", "A minimum is lower, or gone.", "limit is at least 0, not 1"),
    Rule("request-property-min-set", "warning", "A minimum is new.", "limit is at least 1"),
    Rule("request-property-max-increased", "info", "A maximum is higher, or gone.", "at most 32 pairs, not 16"),
    Rule("request-property-max-decreased", "breaking", "A maximum is lower.", "at most 8 pairs, not 16"),
    Rule("request-property-max-set", "warning", "A maximum is new.", "limit is at most 100"),
    Rule("request-property-pattern-added", "warning", "A field must follow a pattern.", "completion_window: ^[0-9]+h$"),
    Rule("request-property-pattern-changed", "warning", "A field must follow another pattern.", "^[0-9]+d$"),
    Rule("request-property-pattern-removed", "info", "A field need follow no pattern any more.", "any string"),
    Rule("request-property-default-value-changed", "info", "A field has another default.", "completion_window: 48h"),
)
