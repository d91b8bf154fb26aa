"""A page of 5,000 drifts: the time to render it, and in a browser from opening it to the first filter in effect."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from conformance import report
from conformance.endpoint import simulated
from conformance.providers import PROVIDERS
from conformance.suite import engine
from conformance.suite.session import Options
from scripts.benchmarks.line import Line

DRIFTS = 5000
_FILTER = (
    "const field = document.getElementsByName('text')[0]; field.value = 'field_4999';"
    "field.dispatchEvent(new Event('input', { bubbles: true }));"
    "return [...document.querySelectorAll('.card')].filter((card) => card.offsetParent).length"
)


def run(*, full: bool) -> Iterator[Line]:
    """Both; the browser only where chromium and its driver are installed."""
    del full
    first = next(iter(PROVIDERS.values())).contract
    tree = report.build(engine.run(Options(endpoints=simulated()[-1:], against=(first,), known=None)))
    one = tree["drift"][0]
    many = [{**one, "fingerprint": f"{n:016x}", "pointer": f"/data/*/field_{n}"} for n in range(DRIFTS)]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        (path,) = report.write({**tree, "drift": many}, Path(folder), ["html"])
        yield Line(f"{DRIFTS} drifts: rendered and written", time.perf_counter() - started, "s", 2.0, at_most=True)
        yield from _opened(path)


def _opened(path: Path) -> Iterator[Line]:
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
        browser.get("about:blank")
        started = time.perf_counter()
        browser.get(path.as_uri())
        shown = browser.execute_script(_FILTER)
        seconds = time.perf_counter() - started
    finally:
        browser.quit()
    if shown != 1:
        raise RuntimeError(f"the filter shows {shown} cards, not 1")
    yield Line(f"{DRIFTS} drifts: from opening to the first filter", seconds, "s", 1.0, at_most=True)
