"""A documentation site on this machine, and a copy of the checkout whose sources point there."""

import contextlib
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from attrs import define, field

from scripts import refresh as refresh_module
from scripts import refresh_specs
from scripts.committed import ROOT
from scripts.pages import parse_pages, restate
from tests.refresh.pages import pages


@define
class Site:
    """What the site answers by file name, statuses and headers where they are not 200 and none; and what was asked."""

    address: str = ""
    bodies: dict[str, bytes] = field(factory=dict)
    statuses: dict[str, list[int]] = field(factory=dict)
    headers: dict[str, dict[str, str]] = field(factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(factory=list)

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a text of a page, which must be there."""
        text = self.bodies[name].decode()
        assert old in text, f"{name} has no {old!r}"
        self.bodies[name] = text.replace(old, new).encode()


@pytest.fixture(scope="session")
def server() -> Iterator[Site]:
    """A site on a free port."""
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            asked = {key.lower(): value for key, value in self.headers.items()}
            served.asked.append((name, asked))
            answers = served.statuses.get(name, [])
            status = answers.pop(0) if answers else 200 if name in served.bodies else 404
            body = served.bodies.get(name, b"") if status == 200 else b""
            headers = served.headers.get(name, {})
            if status == 200 and headers.get("ETag") and asked.get("if-none-match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            with contextlib.suppress(ConnectionError):  # whoever asked may have heard enough
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    served.address = f"http://127.0.0.1:{running.server_port}"
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield served
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def site(server: Site) -> Site:
    """The pages of both providers, as they were published, served."""
    server.bodies, server.statuses, server.headers, server.asked = pages(), {}, {}, []
    return server


@pytest.fixture(scope="session")
def refreshed(server: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is built, whose pages are those of the site, refreshed from it once."""
    root = tmp_path_factory.mktemp("refreshed")
    for folder in ("specs", "generated", "docs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    served = pages()
    for path in (root / "specs/sources").glob("*/sources.toml"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'(file = "(.*)"\n(?:#.*\n)*)address = .*', rf'\1address = "{server.address}/\2"', text)
        text = text.partition("\n[[watched]]")[0] + "\n" if "[[page]]" in text else "watched = []\n"
        for page in parse_pages(text, path.name):
            text = restate(text, page, served[page.file], date(2026, 1, 1))
        path.write_text(text, encoding="utf-8")
    for path in (root / "specs/history").glob("*/*.yaml"):
        path.unlink()
    for path in (root / "specs").glob("*.yaml"):
        shutil.copy(path, root / "specs/history" / path.stem / "2026-01-01.yaml")
    server.bodies = served
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refresh_module, "try_client", lambda *_: None)
        assert refresh_specs.main(["--fetch"], root) == 0
    return root


@pytest.fixture
def checkout(refreshed: Path, site: Site, tmp_path: Path) -> Path:
    """A copy of that, to change."""
    assert site.bodies
    return Path(shutil.copytree(refreshed, tmp_path / "checkout"))


Refresh = Callable[..., tuple[int, str, str]]


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ship clients without their trial, which takes seconds and has tests of its own."""
    monkeypatch.setattr(refresh_module, "try_client", lambda *_: None)


@pytest.fixture
def refresh(checkout: Path, capsys: pytest.CaptureFixture[str]) -> Refresh:
    """Refresh the copy; the exit code and what was printed."""
    capsys.readouterr()

    def run(*arguments: str) -> tuple[int, str, str]:
        code = refresh_specs.main(arguments or ["--fetch"], checkout)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
