"""The text of an HTML page, as a reader selects and copies it: a line a block, code as it is laid out, no scripts."""

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head"})
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figure", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "thead", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})


_AROUND = frozenset({"nav", "header", "footer", "aside", "button", "form"})
"""What stands around the text of a page: menus, banners, ways to say whether it helped."""


class _Text(HTMLParser):
    def __init__(self, silent: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._unread = silent
        self.parts: list[str] = []
        self._silent = 0
        self._code = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's hook
        self._silent += tag in self._unread
        self._code += tag == "pre"
        if tag == "tr":
            self._cells = 0
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag in _CELLS:
            self.parts.append("| " if self._cells == 0 else " | ")
            self._cells += 1

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._unread))
        self._code = max(0, self._code - (tag == "pre"))
        if tag == "tr":
            self.parts.append(" |")
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data if self._code else " ".join(data.split(" ")).replace("\n", " "))


def text_of_html(html: str) -> str:
    """The visible text; blank lines are left out."""
    return _read(html, _SILENT)


def main_text(html: str) -> str:
    """The visible text without what stands around it."""
    return _read(html, _SILENT | _AROUND)


def _read(html: str, silent: frozenset[str]) -> str:
    reader = _Text(silent)
    reader.feed(html)
    reader.close()
    lines = (line.rstrip() for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line.strip()) + "\n"
