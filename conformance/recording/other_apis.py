"""Hosts that are known to speak another API under the same names, as `specs/other-apis.toml` lists them."""

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from conformance.specs import SpecsError, folders

FILE = "other-apis.toml"


@lru_cache(maxsize=10_000)
def is_other_api(host: str) -> bool:
    """Whether a host, with or without port, or one that it lies below, is listed.

    Raises:
        SpecsError: a list is not as it must be.
    """
    labels = host.partition(":")[0].lower().rstrip(".").split(".")
    return any(".".join(labels[start:]) in _listed() for start in range(len(labels)))


@cache
def _listed() -> frozenset[str]:
    return frozenset(host for folder in folders() if (folder / FILE).is_file() for host in _read(folder / FILE))


def _read(path: Path) -> list[str]:
    try:
        hosts: Any = tomllib.loads(path.read_text(encoding="utf-8")).get("hosts")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SpecsError(f"{path}: cannot be read as TOML ({type(error).__name__})") from None
    if not isinstance(hosts, list) or not all(isinstance(one, str) for one in hosts):
        raise SpecsError(f"{path}: `hosts`, a list of host names, is expected")
    return [one.lower() for one in hosts]
