"""A `--lang zh` report has no English sentence in it, but what a contract or a person wrote."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conformance import report
from conformance.report import Tree, files, history
from conformance.report.words import Say
from tests.report.conftest import BATCH, QUEUED, accepted, listing, page, result_of
from tests.report.sentences import HOLE, sentences

ENGLISH = re.compile(r"\b[A-Za-z']{2,}(?: [a-z']{2,}){2,}")
"""Three words in a row: what a report says of names and figures has no more than two."""
ZH = Say("zh")
OVER = {"completed": 9, "failed": 9, "total": 1}
NOTES = (
    "1 × the file holds no entry (a.har at byte 0)",
    "x: no batch was made: no model is known; name one with --model",
)


class _Read(HTMLParser):
    """What can be read on a page, without what came from a payload, a contract, or the command line."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._above = 0
        self.feed(text.replace("<noscript>", "").replace("</noscript>", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Titles and labels are read too."""
        self._above += tag in {"code", "pre", "script", "style"}
        self.said += [value or "" for name, value in attrs if name in {"aria-label", "data-template", "data-done"}]

    def handle_endtag(self, tag: str) -> None:
        """What follows is another text."""
        self._above -= tag in {"code", "pre", "script", "style"}
        self.said.append("\n")

    def handle_data(self, data: str) -> None:
        """Take what is read."""
        if not self._above:
            self.said.append(data)


def views(tree: Tree) -> Iterator[tuple[str, str]]:
    """Each view that people read, with its text."""
    yield "page", "".join(_Read(report.render(tree, "html", "zh")).said)
    yield "markdown", re.sub(r"```.*?```|(`+)[^`].*?\1", "", report.render(tree, "md", "zh"), flags=re.DOTALL)
    yield "terminal", report.render_terminal(tree, lang="zh")
    whole = report.render_terminal(tree, lang="zh", verbose=True)
    yield "whole", re.sub(r"batch-conformance serve .*| curl .*", "", whole)
    yield "github", report.render(tree, "github", "zh")
    yield "badge", report.render(tree, "badge", "zh")
    for name in ("sarif", "ctrf", "junit"):
        # Commands are the same in every language.
        shown = re.sub("batch-conformance serve", "", report.render(tree, name, "zh"))
        yield name, re.sub(r"curl [^\n]*", "", shown)
    if tree["history"]:
        yield "history", history.render(tree["history"], "zh")


def english(tree: Tree) -> list[tuple[str, str]]:
    """The English that is left in each view; reasons that persons wrote are put aside."""
    for one in [*tree["drift"], *tree["findings"]]:
        if one["known"] and one["known"]["kind"] == "accepted":
            one["known"].update(reason="理由", source="来源")
    return [(name, found[0]) for name, text in views(tree) for found in ENGLISH.finditer(text)]


def test_every_sentence_of_a_check_has_its_chinese() -> None:
    """Whoever writes one in a check adds its frame to `words.sentences` or `words.notes`."""
    found = list(sentences())

    left = [(where, sentence) for where, sentence in found if not _is_told(ZH.text(sentence).replace(HOLE, ""))]

    assert left == []
    assert len(found) > 50


def _is_told(text: str) -> bool:
    return bool(re.search("[\u4e00-\u9fff]", text)) or not re.search("[a-z]{2}", text)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("string: validating, failed, required", "字符串：validating, failed，必填"),
        ("integer (minimum 1, maximum 100)", "整数（最小值 1，最大值 100）"),
        ("object or null", "对象或 null"),
        (
            "list_batches: the key was refused (401); what was seen drifts all the same (2 breaking, 1 warning)",
            "list_batches：密钥被拒绝（401）；已见到的仍有偏差（2 个破坏性，1 个警告）",
        ),
        (
            "3 × GET /v1/x fits no operation of the contracts (a.har at byte 12, b.har at byte 9, …)",
            "3 × GET /v1/x 不属于契约中的任何操作（a.har 第 12 字节，b.har 第 9 字节，…）",
        ),
        (
            "live:kimi: the batch b1 is still there: POST /x was answered 500; to remove it: curl x",
            "live:kimi：任务 b1 仍然存在：POST /x 返回 500；删除方法：curl x",
        ),
        ("text/plain or application/json", "text/plain或application/json"),
        ("my own words, as I wrote them", "my own words, as I wrote them"),
        ("raises " * 500, "raises " * 500),
    ],
)
def test_frames_keep_what_they_hold(english, chinese) -> None:
    """Names and figures stay; sentences in sentences are told too; what is no sentence of ours stays."""
    assert ZH.text(english) == chinese


def test_a_report_of_everything_at_once_has_no_english_sentence(tmp_path) -> None:
    """New and known findings, stale entries, notes, what was left out, could not be checked, a history."""
    pages = [
        listing(page(BATCH)),
        listing(
            page({**QUEUED, "request_counts": {"completed": 9, "failed": 9, "total": 1}}, has_more="yes"), number=2
        ),
        listing(page({**BATCH, "x": 1}), number=3),
        listing(b"<html>", number=4),
        listing({"data": {"data": []}, "code": 1}, number=5),
        listing(b"", status=401, number=6),
        listing(page(BATCH), status=503, number=7),
    ]
    result = result_of(
        pages,
        known=[accepted(), accepted(value="paused", reason="理由")],
        complete=False,
        left_out=("test_pages",),
        notes=(
            "1 × the file holds no entry (a.har at byte 0)",
            "api.x.com: no known provider's, so judged by kimi; --against names others",
        ),
    )
    tree = history.add_run(tmp_path / "history.sqlite", report.build(result))

    assert english(tree) == []


def test_the_main_job_in_chinese_has_no_english_sentence(batch_conformance, tmp_path: Path) -> None:
    """Both simulators against all three contracts: the one run that shows most of what there is to say."""
    batch_conformance("run", "sim:kimi", "sim:siliconflow", "--lang", "zh", "--out", str(tmp_path))

    assert english(files.read(tmp_path / "drift.json")) == []
