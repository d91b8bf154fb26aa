"""What Kimi (Moonshot AI)'s contract does not say of its server: how it words its errors.

Sources: [P] its pages on listing and creating batches, [D] documented elsewhere by it, [W] seen in the wild. What
has no mark is chosen here, where no source speaks. How long a batch is in a status is said nowhere.
"""

from collections.abc import Mapping

from attrs import evolve

from conformance.simulator.documented import refusing
from conformance.simulator.profile import Profile
from conformance.simulator.troubles import Trouble, Words

_WORDS: Mapping[Trouble, Words] = {
    "key_missing": Words(401, "invalid_authentication_error", None, "Invalid Authentication"),  # [D]
    "key_wrong": Words(401, "incorrect_api_key_error", None, "Incorrect API key provided"),  # [D]
    "forbidden": Words(403, "permission_denied_error", None, "Permission denied"),
    "unknown_path": Words(404, "resource_not_found_error", None, "No such path"),
    "wrong_method": Words(405, "method_not_allowed_error", None, "Method not allowed"),
    "not_found": Words(404, "resource_not_found_error", None, "Not found: {}"),  # [D]
    "invalid": Words(400, "invalid_request_error", None, "Invalid request: {}"),  # [D] the type
    "rate_limited": Words(
        429, "rate_limit_reached_error", None, "Your account has sent too many requests, please try again later"
    ),  # [W]
    "server_error": Words(500, "server_error", None, "Internal server error"),
    "overloaded": Words(
        503, "engine_overloaded_error", None, "The engine is currently overloaded, please try again later"
    ),
    "timeout": Words(504, "server_error", None, "Gateway timeout"),
}
"""[P] samples have a type and no code."""


def adapt(profile: Profile) -> Profile:
    """Kimi's server."""
    return evolve(profile, refuse=refusing(profile.contract, _WORDS))
