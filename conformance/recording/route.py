"""Which operation a recorded request is: the path decides, from the right, if what stands before it is a base."""

import re
from collections.abc import Collection, Iterable
from functools import cache
from urllib.parse import unquote, urlsplit

from attrs import frozen

from conformance.against import of_host
from conformance.contract import Contract
from conformance.operations import FORMS, PARAMETER, PARAMETER_NAMES, Steps, candidates, is_base, steps
from conformance.providers import PROVIDERS
from conformance.recording.other_apis import is_other_api

STATIC_STEPS = frozenset(step for _, forms in FORMS.values() for form in forms for step in form) - {PARAMETER}
"""The words that paths of operations are made of."""

PUBLIC_STEPS = frozenset(
    {
        *("chat", "completions", "responses", "embeddings", "moderations", "models", "images", "generations", "edits"),
        *("audio", "speech", "transcriptions", "translations", "videos", "files", "uploads", "parts", "batches"),
        *("fine_tuning", "fine-tunes", "checkpoints", "assistants", "threads", "messages", "runs", "steps", "jobs"),
        *("vector_stores", "file_batches", "containers", "conversations", "items", "realtime", "sessions", "rerank"),
        *("content", "cancel", "complete", "search", "count_tokens", "input_items", "engines", "organization", "usage"),
        *("openai", "deployments", "api", "evals", "upload"),
    }
)
"""Words of the paths of OpenAI's API and its kin: what fits no operation is told by them."""

HIDDEN_HOST = "host.invalid"
"""What stands for something in the place of a host that is none."""
_HOST = re.compile(r"(?:[\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_SHORT = 12
"""Characters of the longest version that is one."""


@frozen
class Match:
    """The name of an operation and the path parameters, decoded."""

    operation: str
    parameters: tuple[tuple[str, str], ...]


def match(method: str, path: str, host: str = "", base_paths: Collection[Steps] = ()) -> Match | None:
    """The operation of a request to a host, with or without port; None where it is none.

    What stands before an operation's own steps must be a base of the host's record, one of `base_paths`, or look like
    one; on a host that is known for another API only the first two count.
    """
    provider = of_host(host)
    known = {*base_paths, *(steps(path_of(url)) for url in provider.base_urls)} if provider else {*base_paths}
    strict = provider is None and is_other_api(host)
    for name, before, own in candidates(method, steps(path)):
        if before in known or (not strict and is_base(before)):
            named = own[1:2]
            parameters = tuple((PARAMETER_NAMES[own[0]], unquote(step)) for step in named if step not in STATIC_STEPS)
            return Match(name, parameters)
    return None


def base_steps(path: str) -> Steps:
    """The steps of a base path as people name it: with or without slashes around it, or as a whole URL."""
    return steps(path_of(path if "://" in path else f"/{path.lstrip('/')}"))


@cache
def known_bases() -> frozenset[Steps]:
    """What stands before operations by the records of all providers."""
    return frozenset(steps(path_of(url)) for one in PROVIDERS.values() for url in one.base_urls)


def known_steps(contracts: Iterable[Contract] = ()) -> frozenset[str]:
    """The words that paths are made of: of operations, and of bases by the contracts and the records of providers."""
    bases = [*known_bases(), *(steps(one.base_path) for one in contracts)]
    return (PUBLIC_STEPS | STATIC_STEPS).union(step for base in bases for step in base if "{" not in step)


def shown_step(step: str, known: frozenset[str]) -> str | None:
    """A step of a path as it may be shown: one of these words, or a version; None if it may not."""
    if step in known:
        return step
    if not is_base((step,)):
        return None
    return step if len(step) < _SHORT else "v1"


def shown_host(host: str) -> str:
    """A host with its port as it may be shown; what is none may be anybody's word."""
    return host if not host or _HOST.fullmatch(host) else HIDDEN_HOST


def path_of(url: str) -> str:
    """The path of a URL; nothing where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
