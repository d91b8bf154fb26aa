"""The HTML report in a real Chromium: filters, links, keyboard, themes, silence, hostile values, accessibility.

Needs Debian's chromium and chromium-driver, and the package selenium; axe-core is fetched with npm. A skip says what is
missing.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from conformance import report
from conformance.report import Tree, history
from scripts.benchmarks.bench_report import first_filter, many
from tests.report.conftest import BATCH, QUEUED, accepted, listing, page, result_of
from tests.report.trees import HOSTILE, TREES, grouped

selenium = pytest.importorskip("selenium.webdriver", reason="the package selenium is not installed")
from selenium.webdriver import Chrome, ChromeOptions, Keys  # noqa: E402 - after the check that it is there
from selenium.webdriver.chrome.service import Service  # noqa: E402 - likewise
from selenium.webdriver.common.by import By  # noqa: E402 - likewise
from selenium.webdriver.support.ui import Select  # noqa: E402 - likewise

pytestmark = pytest.mark.full

AXE = "axe-core@4.14.1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """A headless Chromium that keeps its console and its requests."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no chromium or no chromedriver: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,1000"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.fixture(scope="module")
def axe(tmp_path_factory) -> str:
    """The source of the accessibility checker."""
    npm = shutil.which("npm")
    folder = tmp_path_factory.mktemp("axe")
    done = npm and subprocess.run([npm, "pack", AXE], cwd=folder, capture_output=True, check=False, timeout=120)
    packed = next(folder.glob("*.tgz"), None)
    if not done or packed is None:
        pytest.skip(f"npm does not give {AXE}")
    with tarfile.open(packed) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@pytest.fixture
def written(tmp_path) -> Path:
    """A page with all its parts: two contracts, new, known and stale drift, a history."""
    exchanges = [
        listing(page(BATCH)),
        listing(page(QUEUED, has_more="yes"), number=2),
        listing(page(BATCH, x=1), number=3),
    ]
    known = [accepted(), accepted(value="paused", reason="No longer seen.")]
    path = tmp_path / "history.sqlite"
    history.add_run(path, report.build(result_of(exchanges[:1])))
    tree = history.add_run(path, report.build(result_of(exchanges, known=known, left_out=("test_pages",))))
    return save(tree, tmp_path)


def save(tree: Tree, folder: Path, lang: report.Lang = "en") -> Path:
    """The page as a file."""
    [path] = report.write(tree, folder, ["html"], lang)
    return path


def show(browser: Chrome, path: Path, fragment: str = "") -> None:
    """Open a page afresh, with what was logged before forgotten."""
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(f"{path.as_uri()}{fragment}")


def shown(browser: Chrome) -> list[Any]:
    """The findings that the filter does not hide, folded or not."""
    return browser.execute_script("return [...document.querySelectorAll('.finding:not([hidden])')]")


def status(browser: Chrome) -> str:
    """What the page says about its filter."""
    return browser.find_element(By.ID, "count").text


def wait_for(condition: Any) -> None:
    """Give the page's own timers a moment."""
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_filters_show_what_they_say(browser, written) -> None:
    """Each choice narrows the findings, the count is said, reset brings all back."""
    show(browser, written)
    total = len(shown(browser))

    Select(browser.find_element(By.NAME, "severity")).select_by_visible_text("breaking")
    Select(browser.find_element(By.NAME, "state")).select_by_visible_text("new")
    breaking = [one.get_attribute("data-severity") for one in shown(browser)]
    count = status(browser)
    browser.find_element(By.CSS_SELECTOR, "#filter button").click()
    wait_for(lambda: len(shown(browser)) == total)

    assert breaking == ["breaking", "breaking"]
    assert count == f"2 of {total} findings shown"
    assert status(browser) == f"{total} of {total} findings shown"


def test_search_looks_at_the_whole_text(browser, written) -> None:
    """Also at what is not an element yet; a folded one that fits is shown."""
    show(browser, written)

    browser.find_element(By.NAME, "text").send_keys("Property-UNDOCUMENTED")

    found = shown(browser)
    assert {one.get_attribute("data-severity") for one in found} == {"info"}
    assert all(one.is_displayed() for one in found)


def test_a_cell_of_the_matrix_leads_to_its_findings(browser, written) -> None:
    """The figures are a link to the pair, which is opened where it is folded."""
    show(browser, written)

    browser.find_element(By.CSS_SELECTOR, ".matrix tbody td:nth-of-type(2) a").click()
    wait_for(lambda: browser.switch_to.active_element.tag_name in {"h2", "summary"})

    section = browser.switch_to.active_element.find_element(By.XPATH, "ancestor::*[contains(@class, 'pair')]")
    assert {one.get_attribute("data-contract") for one in section.find_elements(By.CLASS_NAME, "finding")} == {"loose"}


@pytest.mark.parametrize("kind", ["f", "d"])
def test_a_link_leads_to_its_finding_or_drift(browser, written, kind) -> None:
    """Also when the filter hides it: the filter gives way; and the finding is open for one of its drifts."""
    show(browser, written)
    finding = shown(browser)[-1]
    anchor = finding.get_attribute("id") if kind == "f" else f"d-{finding.get_attribute('data-rows').split()[0]}"
    browser.find_element(By.NAME, "text").send_keys("no such text")
    assert shown(browser) == []

    def arrived() -> bool:
        active = browser.switch_to.active_element
        return anchor in {active.get_attribute("id"), active.find_element(By.XPATH, "..").get_attribute("id")}

    browser.execute_script("location.hash = arguments[0]", anchor)
    wait_for(arrived)

    assert browser.switch_to.active_element.is_displayed()
    show(browser, written, f"#{anchor}")
    wait_for(arrived)


def test_everything_can_be_done_with_the_keyboard(browser, written) -> None:
    """The first stop skips to the findings; one opens with Enter, and shows the marked place in its example."""
    show(browser, written)
    body = browser.find_element(By.TAG_NAME, "body")

    body.send_keys(Keys.TAB)
    first = browser.switch_to.active_element
    assert first.get_attribute("class") == "skip"
    assert first.is_displayed()
    first.send_keys(Keys.ENTER)
    wait_for(lambda: browser.switch_to.active_element.get_attribute("id") == "findings")
    finding = browser.find_element(By.CSS_SELECTOR, ".finding")
    finding.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)

    assert finding.get_attribute("open") is not None
    assert finding.find_element(By.CSS_SELECTOR, ".json mark").text.strip().startswith('"request_counts": null')
    assert finding.find_element(By.CSS_SELECTOR, ".source mark").text.split()[:2] == ["64", "request_counts:"]


def test_the_marked_place_is_in_view(browser, tree, tmp_path) -> None:
    """However long the payload is, its box shows the place that the drift speaks of."""
    tree["drift"][0]["example"]["body"] = {f"field_{n}": n for n in range(200)} | {"data": [{"request_counts": None}]}
    show(browser, save(tree, tmp_path))

    browser.find_element(By.CSS_SELECTOR, ".finding summary").click()
    inside = (
        "const mark = document.querySelector('.json mark').getBoundingClientRect();"
        "const box = document.querySelector('.json').getBoundingClientRect();"
        "return mark.top >= box.top && mark.bottom <= box.bottom"
    )
    wait_for(lambda: browser.execute_script(inside))


def test_a_whole_run_takes_three_screens_before_anything_is_opened(browser, batch_conformance, tmp_path) -> None:
    """All rows of both simulators against the three contracts; the two drifts of the mission are on the first."""
    batch_conformance("run", "sim:kimi", "sim:siliconflow", "--out", str(tmp_path))
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    )
    show(browser, tmp_path / "drift.html")

    height = browser.execute_script("return document.documentElement.scrollHeight")
    first = browser.execute_script(
        "return [...document.querySelectorAll('.finding h3')]"
        ".filter((one) => one.getBoundingClientRect().bottom < 800).map((one) => one.textContent)"
    )

    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert height <= 3 * 800
    assert {"request_counts is null where Kimi documents an object"} <= set(first)
    assert {"status is in_queue where Kimi has a closed list of values"} <= set(first)


@pytest.mark.parametrize("lang", report.LANGS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_an_accessibility_checker_finds_nothing_serious(browser, written, axe, theme, width, lang) -> None:  # noqa: PLR0917 - fixtures
    """In both themes, on a phone and on a desk, in both languages; folds open."""
    tree = json.loads(written.read_text().split('id="report">')[1].split("</script>")[0])
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    )
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    show(browser, save(tree, written.parent, lang))
    browser.execute_script("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})

    found = browser.execute_async_script("const done = arguments[0]; axe.run().then((r) => done(r.violations))")
    overflow = browser.execute_script("return document.documentElement.scrollWidth - innerWidth")
    background = browser.execute_script("return getComputedStyle(document.body).backgroundColor")

    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}] == []
    assert overflow <= 0
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 28)"}[theme]


def test_the_page_asks_the_network_for_nothing(browser, written) -> None:
    """One request, for the file itself; nothing on the console."""
    show(browser, written)
    browser.execute_script("for (const fold of document.querySelectorAll('details')) fold.open = true")

    assert requests(browser) == [written.as_uri()]
    assert browser.get_log("browser") == []


def requests(browser: Chrome) -> list[str]:
    """What was requested since the page was opened."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


def test_hostile_values_stay_inert(browser, tree, tmp_path) -> None:
    """Every text of a report replaced by an attack: no dialog, no script, no request, no console error."""

    def poisoned(value: Any, text: str) -> Any:
        if isinstance(value, dict):
            return {key: poisoned(child, text) for key, child in value.items()}
        if isinstance(value, list):
            return [poisoned(child, text) for child in value]
        return text if isinstance(value, str) else value

    kept = ("fingerprint", "severity", "method")
    rows = []
    for number, text in enumerate([*HOSTILE, "<script>document.title='owned'</script>" * 20_000]):
        row = tree["drift"][number % 2]
        rows.append({**poisoned(row, text), **{key: row[key] for key in kept}, "fingerprint": f"{number:016x}"})
        rows[-1]["impact"] = {text: text}
        rows[-1]["seen"]["first"] = rows[-1]["seen"]["last"] = None
    tree = grouped({**tree, "drift": rows})
    path = save(tree, tmp_path)

    show(browser, path)

    assert len(shown(browser)) == len(tree["findings"])
    browser.execute_script("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert browser.title.startswith("Batch API drift")
    assert browser.execute_script("return document.querySelectorAll('script, img, svg, iframe').length") == 2
    assert requests(browser) == [path.as_uri()]
    assert browser.get_log("browser") == []


@settings(
    max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=TREES)
def test_any_report_opens_without_a_complaint(browser, tmp_path, tree) -> None:
    """Random reports show all their cards, and the embedded data is the report."""
    show(browser, save(tree, tmp_path))

    embedded = browser.execute_script("return JSON.parse(document.getElementById('report').textContent)")
    assert embedded == tree
    assert len(shown(browser)) == len(tree["findings"])
    browser.execute_script("for (const fold of document.querySelectorAll('details')) fold.open = true")
    wait_for(lambda: browser.execute_script("return document.querySelectorAll('.row').length") == len(tree["drift"]))
    assert browser.get_log("browser") == []


def test_print_has_no_controls(browser, written) -> None:
    """On paper: no filter, no buttons, every finding whole."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    show(browser, written)

    hidden = [browser.find_element(By.ID, name).is_displayed() for name in ("filter", "save")]
    paper = browser.execute_cdp_cmd("Page.printToPDF", {})["data"]

    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert hidden == [False, False]
    assert len(paper) > 1000


def test_five_thousand_drifts_are_quick(browser, tree, tmp_path, capsys) -> None:
    """In 400 findings: rendered in four seconds, and from opening to the first filter in effect half of one."""
    tree = many(tree)
    started = time.perf_counter()
    path = save(tree, tmp_path)
    rendered = time.perf_counter() - started

    opened = first_filter(browser, path, "field_4999")

    size = path.stat().st_size / 1e6
    with capsys.disabled():
        sys.stdout.write(f"\n5,000 drifts: {size:.1f} MB in {rendered:.2f} s, first filter after {opened:.2f} s\n")
    assert rendered < 4
    assert opened < 1.5  # on a quiet machine 0.5, which `make bench` measures
