"""YAML 1.2 in and out, by which order, comments, quotes and line folds survive a change of the data."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

WIDE = 1 << 20
"""Columns: no scalar is folded that was not folded before."""


class YamlError(Exception):
    """A text is not YAML; the message is one line."""


class _Representer(RoundTripRepresenter):
    """Writes null as a word: the library's own empty value is easily taken for a forgotten one."""

    def represent_null(self, _: None) -> ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_null)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.Representer = _Representer
    return yaml


def load(text: str, name: str) -> Any:
    """The data of a text, as mappings and lists that remember how they were written; `name` stands in messages.

    Raises:
        YamlError: the text is not YAML.
    """
    try:
        return _yaml().load(text)
    except MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise YamlError(f"{name}{line}: not YAML: {error.problem or error.context}") from None


def dump(data: Any) -> str:
    """The text of data, plain or loaded."""
    out = StringIO()
    _yaml().dump(data, out)
    return out.getvalue()
