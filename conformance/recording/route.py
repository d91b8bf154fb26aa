"""Which operation a recorded request is: the path decides, from the right, whatever stands before it."""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from attrs import define, field, frozen

from conformance.contract import Contract, Operation


@frozen
class Match:
    """An operation and the path parameters, decoded."""

    operation: Operation
    parameters: tuple[tuple[str, str], ...]


@define(eq=False)
class Router:
    """The paths of one contract, the longest template first."""

    contract: Contract
    _templates: list[tuple[tuple[str, ...], Operation]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Sort: more steps before fewer, fewer parameters before more."""
        templates = [(_steps(one.path), one) for one in self.contract.operations.values()]
        self._templates = sorted(templates, key=lambda pair: (-len(pair[0]), sum(map(_is_parameter, pair[0]))))

    def match(self, method: str, path: str) -> Match | None:
        """The operation of a request; None where the contract has none."""
        steps = _steps(path)
        for template, operation in self._templates:
            last = steps[len(steps) - len(template) :] if len(steps) >= len(template) else ()
            if operation.method == method and last and all(map(_fits, template, last)):
                found = {
                    name[1:-1]: unquote(step) for name, step in zip(template, last, strict=True) if _is_parameter(name)
                }
                return Match(operation, tuple(found.items()))
        return None


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.split("/") if step)


def _is_parameter(step: str) -> bool:
    return step.startswith("{") and step.endswith("}")


def _fits(template: str, step: str) -> bool:
    return _is_parameter(template) or template == step


def static_steps(contracts: Iterable[Contract]) -> frozenset[str]:
    """The words that paths of these contracts are made of."""
    paths: Mapping[str, None] = {one.path: None for each in contracts for one in each.operations.values()}
    return frozenset(step for path in paths for step in _steps(path) if not _is_parameter(step))
