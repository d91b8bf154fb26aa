"""What a docs site could serve to get into the generated code: refused before anything is generated."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import refresh as refresh_module
from scripts.generated_code import UnsafeCodeError, refuse_code
from scripts.safety import UnsafePageError, refuse_document, refuse_text
from tests.refresh.conftest import Refresh, Site
from tests.refresh.pages import KIMI_CREATE, KIMI_LIST, files

pytestmark = pytest.mark.usefixtures("untried")

BOMB = "x-a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"x-{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

PAGES = [
    pytest.param("openapi: 3.1.0\n", f"openapi: 3.1.0\n{BOMB}", "anchors and aliases are not taken", id="YAML bomb"),
    pytest.param("  title: Moonshot", "  title: &x Moonshot", "anchors and aliases are not taken", id="an anchor"),
    pytest.param(
        "  version: 1.0.0", "  version: !!python/object/apply:os.system ['id']", "the YAML tag", id="a tag that runs"
    ),
    pytest.param("  version: 1.0.0", "  version: !x 1.0.0", "the YAML tag", id="a tag"),
    pytest.param(
        "'#/components/schemas/BatchObject'",
        "'https://evil.example/schema.yaml#/Batch'",
        "leads out of the page",
        id="a remote reference",
    ),
    pytest.param("'#/components/schemas/BatchObject'", "'/etc/passwd'", "leads out of the page", id="a file"),
    pytest.param("https://api.moonshot.cn", "'https://[::1'", "is not a URL", id="an address that is none"),
    pytest.param("        endpoint:\n", "        ſelf:\n", "would read as another", id="a name that folds into self"),
    pytest.param("        endpoint:\n", "        Ⅷ:\n", "would read as another", id="a name that folds into VIII"),
    pytest.param(
        "https://api.moonshot.cn", "https://api.moonshot.cn.evil.example", "is not one of the provider's", id="a server"
    ),
    pytest.param("https://api.moonshot.cn", "http://api.moonshot.cn", "is not https", id="a server in the clear"),
    pytest.param(
        "description: 请求端点", 'description: "x\\"\\"\\"\\nimport os"', "could end a docstring", id="a docstring"
    ),
    pytest.param("description: 请求端点", 'description: "x\\\\"', "could end a docstring", id="a backslash at the end"),
    pytest.param("description: 请求端点", 'description: "x\\u202ey"', "control characters", id="text that turns round"),
    pytest.param("description: 请求端点", 'description: "x\\u0000y"', "control characters", id="a null character"),
    pytest.param("        endpoint:\n", '        "end\'point":\n', "a name with quotes", id="a name with quotes"),
    pytest.param("        endpoint:\n", '        "a\\nimport os":\n', "a name with quotes", id="a name of two lines"),
    pytest.param("        endpoint:\n", "        __class__:\n", "Python keeps for itself", id="a name of Python's"),
    pytest.param("            - failed\n", "            - 'fai\"led'\n", "enum with quotes", id="a value with quotes"),
    pytest.param("        - Batch\n", "        - Ba'tch\n", "tags with quotes", id="a tag with quotes"),
    pytest.param(
        "        endpoint:\n", "        $dynamicRef: x\n        endpoint:\n", "", id="a reference in disguise"
    ),
    pytest.param("  version: 1.0.0", "  version: " + "[" * 100 + "]" * 100, "nested deeper", id="depth"),
    pytest.param(
        "description: 请求端点", f"description: {'x' * 30_000}", "characters, more than", id="an endless text"
    ),
    pytest.param("openapi: 3.1.0\n", f"openapi: 3.1.0\nx-a: {'y' * 1_100_000}\n", "larger than", id="an endless page"),
]


@pytest.mark.parametrize(("old", "new", "message"), PAGES)
def test_a_hostile_page_is_refused_before_anything_is_generated(
    checkout: Path,
    site: Site,
    refresh: Refresh,
    monkeypatch: pytest.MonkeyPatch,
    *,
    old: str,
    new: str,
    message: str,
) -> None:
    """One line with the reason; the generator is not even called, and every file is as it was."""
    site.edit(KIMI_LIST, old, new)
    before = files(checkout)
    monkeypatch.setattr(refresh_module, "generate", _never)

    code, out, told = refresh()

    assert (code, out) == (1, "")
    assert told.startswith("refresh_specs: ")
    assert told.count("\n") == 1
    assert message in told
    assert files(checkout) == before


def _never(*_: object) -> None:
    pytest.fail("the generator was called")


def test_a_hostile_value_of_a_rendered_page_is_refused_too(
    site: Site, refresh: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an overlay copies from a rendered page stands in the contract, and is held to the same."""
    site.edit(KIMI_CREATE, "\n/v1/chat/completions Time", '\n/v1/chat"""completions Time')
    monkeypatch.setattr(refresh_module, "generate", _never)

    code, _, told = refresh()

    assert code == 1
    assert "specs/kimi.yaml: #/" in told
    assert "could end a docstring" in told


def test_samples_nested_without_end_are_no_samples(site: Site, refresh: Refresh) -> None:
    """A page of brackets neither hangs the reader nor ends it with a traceback."""
    site.bodies[KIMI_CREATE] = b"[" * 200_000

    code, _, told = refresh()

    assert code == 1
    assert "expected 2 JSON samples" in told


MODULES: list[tuple[str, str]] = [
    ("import os", "imports os"),
    ("import subprocess as attrs", "imports subprocess"),
    ("from os import system", "imports os"),
    ("run('x')", "runs an expression while it is imported"),
    ("x = __import__('os')", "uses __import__"),
    ("X = open('x')", "uses open"),
    ("for x in (): pass", "runs for while it is imported"),
    ("with x: pass", "runs with while it is imported"),
    ("if True:\n    X = 1", "decides something while it is imported"),
    ("class A:\n    run()", "runs an expression while it is imported"),
    ("class A(make()):\n    pass", "calls make while it is imported"),
    ("@run()\nclass A:\n    pass", "calls run while it is imported"),
    ("class A:\n    x: int = run()", "calls run while it is imported"),
    ("def f(x=run()): ...", "calls run while it is imported"),
    ("def f() -> run(): ...", "calls run while it is imported"),
    ("def f():\n    eval('1')", "uses eval"),
    ("def f():\n    ().__class__.__bases__", "uses __"),
    ("def f():\n    import os", "imports os"),
    ("X = [y for y in z]", "runs a listcomp while it is imported"),
    ("X = lambda: 1", "has a lambda"),
    ('"""doc"""\nx = """a""" import os', "is not Python"),
]


@pytest.mark.parametrize(("code", "message"), MODULES)
def test_generated_code_is_held_to_what_the_templates_need(code: str, message: str) -> None:
    """Imports, calls at import time, names that reach out: refused with file and line."""
    with pytest.raises(UnsafeCodeError) as caught:
        refuse_code({"p/models/a.py": code.encode()})

    assert str(caught.value).startswith("p/models/a.py:")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: refuse_text("a: [1, 2, {b: c}]\nd: 'it is'\n", "page"),
        lambda: refuse_document({"servers": [{"url": "https://api.example.com/v1"}]}, "page", None),
        lambda: refuse_document({"description": '多行\n文本 “引号” it\'s `code` "q" \\d'}, "page", None),
        lambda: refuse_document({"properties": {"servers": {"type": "array"}, "$ref": {"type": "string"}}}, "p", None),
        lambda: refuse_document({"example": {"any key 'at' all": "x"}}, "page", None),
    ],
)
def test_what_honest_pages_hold_is_taken(build: Callable[[], None]) -> None:
    """Text in any language, quotes in prose, and fields by any name are no harm."""
    build()


def test_an_authorization_address_elsewhere_is_refused() -> None:
    """Where a key is sent is as much the provider's as where requests go."""
    scheme = {"flows": {"clientCredentials": {"tokenUrl": "https://evil.example/token"}}}

    with pytest.raises(UnsafePageError, match=r"the host evil\.example is not one of the provider's"):
        refuse_document({"components": {"securitySchemes": {"x": scheme}}}, "page", {"api.example.com"})
