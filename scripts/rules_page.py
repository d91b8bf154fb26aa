"""Writes docs/rules.md from the catalogue of rules.

`--check` writes nothing and exits 1 if the page is stale.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence

from conformance.report.text import code_span, markdown
from conformance.rules import CATALOGUE, Rule
from scripts.committed import ROOT, settle

PAGE = "docs/rules.md"

_INTRODUCTION = """# The rules

Made from `conformance/rules/` by `python scripts/rules_page.py`: not to be edited. A rule is the stable id of a kind
of drift; `batch-conformance rules` prints the same list, and `conformance/known-drift.toml` names rules by these ids.

| severity | means |
| --- | --- |
| breaking | a client that keeps to the contract crashes, loses data or never ends |
| warning | something is not as documented, and a client may be misled |
| info | worth knowing; by itself it changes no outcome |
"""


def rules_page(rules: Iterable[Rule]) -> str:
    """The page as Markdown."""
    lines = [_INTRODUCTION, "| rule | severity | what it says | for example |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *map(_row, rules), ""])


def _row(rule: Rule) -> str:
    return f"| {code_span(rule.id)} | {rule.severity} | {markdown(rule.sentence)} | {code_span(rule.example)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module. Returns the exit code."""
    parser = argparse.ArgumentParser(description=f"Writes {PAGE} from the catalogue of rules.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is stale")
    options = parser.parse_args(arguments)
    return settle(ROOT, {PAGE: rules_page(CATALOGUE.values()).encode()}, check=options.check)


if __name__ == "__main__":
    sys.exit(main())
