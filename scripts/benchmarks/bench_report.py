"""A page of 5,000 drifts: the time to render it, and in a browser from opening it to the first filter in effect."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance import report
from conformance.providers import PROVIDERS
from conformance.report import Tree
from conformance.suite import engine
from conformance.suite.session import RunOptions
from conformance.target import simulated
from scripts.benchmarks.line import Line

DRIFTS, FINDINGS = 5000, 400
_TURNS = 3
_FILTER = (
    "const field = document.getElementsByName('text')[0]; field.value = arguments[0];"
    "field.dispatchEvent(new Event('input', { bubbles: true }));"
    "return document.querySelectorAll('.finding:not([hidden])').length"
)


def run(*, full: bool) -> Iterator[Line]:
    """Both; the browser only where chromium and its driver are installed."""
    del full
    first = next(iter(PROVIDERS.values())).contract
    tree = many(report.build(engine.run(RunOptions(endpoints=simulated()[-1:], against=(first,), known=None))))
    what = f"{DRIFTS} drifts in {FINDINGS} findings"
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        (path,) = report.write(tree, Path(folder), ["html"])
        yield Line(f"{what}: rendered and written", time.perf_counter() - started, "s", 2.0, at_most=True)
        yield from _opened(path, what)


def many(tree: Tree) -> Tree:
    """The report with its first drift many times over, in many findings."""
    one, finding = tree["drift"][0], tree["findings"][0]
    rows = [
        {
            **one,
            "fingerprint": f"{n:016x}",
            "finding": f"{n % FINDINGS:016x}",
            "pointer": f"/data/*/field_{n}",
        }
        for n in range(DRIFTS)
    ]
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row["finding"], []).append(row["fingerprint"])
    found = [{**finding, "id": name, "drift": every} for name, every in groups.items()]
    return {**tree, "drift": rows, "findings": found}


def first_filter(browser: Any, path: Path, text: str) -> float:
    """Seconds from opening a page until a text is filtered by, which one finding has.

    Raises:
        RuntimeError: another number of findings has it.
    """
    browser.get("about:blank")
    started = time.perf_counter()
    browser.get(path.as_uri())
    shown = browser.execute_script(_FILTER, text)
    seconds = time.perf_counter() - started
    if shown != 1:
        raise RuntimeError(f"the filter shows {shown} findings, not 1")
    return seconds


def _opened(path: Path, what: str) -> Iterator[Line]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        yield Line("chromium or its driver is not installed: opening is not measured")
        return
    from selenium import webdriver  # noqa: PLC0415 - only here

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        seconds = min(first_filter(browser, path, f"field_{DRIFTS - 1}") for _ in range(_TURNS))
    finally:
        browser.quit()
    yield Line(f"{what}: from opening to the first filter", seconds, "s", 0.5, at_most=True)
