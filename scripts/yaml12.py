"""Plain data as YAML 1.2 text; `conformance.document` reads it back."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

WIDE = 1 << 20
"""Columns: no scalar is folded."""


class _Representer(RoundTripRepresenter):
    """Writes null as a word, which is not taken for a forgotten value, and texts of several lines as they are."""

    def represent_null(self, _: None) -> ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")

    def represent_text(self, text: str) -> ScalarNode:
        lines = text.rstrip("\n").split("\n")
        style = "|" if len(lines) > 1 and all(line == line.strip() for line in lines) else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Representer.add_representer(type(None), _Representer.represent_null)
_Representer.add_representer(str, _Representer.represent_text)


def dump(data: Any) -> str:
    """The text of plain data."""
    yaml = YAML()
    yaml.width = WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.Representer = _Representer
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()
