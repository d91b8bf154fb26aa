"""OpenAPI Overlay 1.1: an ordered list of actions applied to a document.

https://spec.openapis.org/overlay/v1.1.0.html. Stricter in one point: an action that selects nothing is an error, since
it means that the page has changed under the overlay; or, where a list is given for them, an idle action, like one that
changes nothing.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import jsonpath_rfc9535 as jsonpath
from attrs import frozen

from conformance.document import Document

_EXCLUSIVE = ("update", "copy", "remove")


class OverlayError(Exception):
    """An overlay is not well-formed or does not fit its document; the message is one line."""


class _NothingThereError(OverlayError):
    """An action selects nothing."""


@frozen
class Action:
    """One action; `kind` is update, copy or remove, `label` its file and line."""

    label: str
    target: str
    kind: str
    value: Any


def apply_overlay(document: Any, overlay: Document, name: str, idle: list[str] | None = None) -> None:
    """Apply the actions of an overlay, in order, to a document in place; `name` stands in messages.

    Args:
        document: Plain data, or data that remembers how it was written.
        overlay: The overlay.
        name: Its file.
        idle: Receives a line for each action that is no longer needed or no longer fits; without it, one is an error.

    Raises:
        OverlayError: the overlay is not Overlay 1.1, an action selects nothing, or it does not fit what it selects.
    """
    for action in actions(overlay, name):
        try:
            if not _apply(document, action) and idle is not None:
                idle.append(f"{action.label}: {action.target} changes nothing: the page says so itself; take it out")
        except _NothingThereError as error:
            if idle is None:
                raise
            idle.append(f"{error}; mend it, or take it out")


def _apply(document: Any, action: Action) -> bool:
    """Apply one action; whether it changed anything."""
    nodes = _select(document, action.target, action)
    if action.kind == "remove":
        _remove(nodes, action)
        return True
    if len({_shape(node.value) for node in nodes}) > 1:
        raise OverlayError(f"{action.label}: {action.target} selects different things: objects, arrays, plain values")
    value = _source(document, action) if action.kind == "copy" else action.value
    before = [deepcopy(node.value) for node in nodes]
    for node in nodes:
        _update(node, value, action)
    return before != [node.value for node in nodes]


def actions(overlay: Document, name: str) -> Iterator[Action]:
    """The actions of an overlay.

    Raises:
        OverlayError: it is not Overlay 1.1.
    """
    data = overlay.data
    if not isinstance(data, dict) or not re.fullmatch(r"1\.1\.\d+", str(data.get("overlay"))):
        raise OverlayError(f"{name}: not an OpenAPI Overlay 1.1 document (no `overlay: 1.1.x`)")
    if not isinstance(data.get("actions"), list) or not data["actions"]:
        raise OverlayError(f"{name}: `actions` is missing or not a list of actions")
    for index, entry in enumerate(data["actions"]):
        label = f"{name}:{overlay.line(('actions', index))}"
        kinds = [kind for kind in _EXCLUSIVE if kind in entry] if isinstance(entry, dict) else []
        if len(kinds) != 1 or not isinstance(entry.get("target"), str) or entry.get("remove", True) is not True:
            raise OverlayError(f"{label}: expected a target and exactly one of {', '.join(_EXCLUSIVE)}")
        yield Action(label, entry["target"], kinds[0], entry[kinds[0]])


def _select(document: Any, path: str, action: Action) -> jsonpath.JSONPathNodeList:
    try:
        nodes = jsonpath.find(path, document)
    except jsonpath.JSONPathError as error:
        raise OverlayError(f"{action.label}: {path} is not RFC 9535 JSONPath: {str(error).splitlines()[0]}") from None
    if not nodes:
        raise _NothingThereError(f"{action.label}: {path} selects nothing; has the page changed?")
    return nodes


def _source(document: Any, action: Action) -> Any:
    nodes = _select(document, action.value, action)
    if len(nodes) != 1:
        raise OverlayError(f"{action.label}: copies from one node, but {action.value} selects {len(nodes)}")
    return nodes[0].value


def _remove(nodes: jsonpath.JSONPathNodeList, action: Action) -> None:
    """From the last to the first, so that the indexes of list items still to be removed stay true."""
    for node in reversed(nodes):
        if node.parent is None:
            raise OverlayError(f"{action.label}: the document as a whole cannot be removed")
        container: Any = node.parent.value
        del container[node.location[-1]]


def _shape(value: object) -> str:
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "plain"


def _update(node: jsonpath.JSONPathNode, value: Any, action: Action) -> None:
    target: Any = node.value
    if isinstance(target, dict):
        if not isinstance(value, dict):
            raise OverlayError(f"{action.label}: an object takes an object, not {type(value).__name__}")
        _merge(target, value, action)
    elif isinstance(target, list):
        target.extend(deepcopy(value) if isinstance(value, list) else [deepcopy(value)])
    elif isinstance(value, dict | list):
        raise OverlayError(f"{action.label}: {node.path()} is a plain value and takes one, not {type(value).__name__}")
    else:
        node.value = deepcopy(value)


def _merge(target: dict[str, Any], value: dict[str, Any], action: Action) -> None:
    for key, new in value.items():
        old = target.get(key)
        if key not in target:
            target[key] = deepcopy(new)
        elif isinstance(old, dict) and isinstance(new, dict):
            _merge(old, new, action)
        elif isinstance(old, list) and isinstance(new, list):
            old.extend(deepcopy(new))
        elif isinstance(old, dict | list) or isinstance(new, dict | list):
            raise OverlayError(f"{action.label}: cannot merge {type(new).__name__} into {key!r}, {type(old).__name__}")
        else:
            target[key] = deepcopy(new)
