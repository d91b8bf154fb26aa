"""A refresh: pages taken anew → what changed and whom it hurts → every file that follows, ready to be written.

Nothing is written here, and nothing is returned before everything is built, read and found safe.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from attrs import frozen

from conformance import compare
from conformance.contract import Contract, read_contract
from conformance.document import parse
from conformance.outcome import Result
from scripts import contract_table, kept_contracts, premade_requests
from scripts.build_contracts import build, hosts, kept_path, pages_of, read, toml_path
from scripts.client_changes import ClientChange, client_changes
from scripts.committed import files_below
from scripts.generate_clients import PROVIDERS, Client, GenerationError, clients, generate
from scripts.generated_code import UnsafeCodeError, refuse_code
from scripts.history import dated
from scripts.pages import Page, Taken, facts, keep, restate
from scripts.safety import refuse_document, refuse_text
from scripts.trial import try_client


@frozen
class Refreshed:
    """What a refresh leads to.

    `files` are those to be written, and `folders` hold nothing but such; none where anything is `refused`, for the
    reasons there. `pages` names the pages that changed, `idle` the overlay actions that nobody needs any more,
    `clients` what changed in each package whose contract changed. `watched` are the addresses of pages that no program
    reads and that say something else now, `missed` has a line for each of those that could not be had.
    """

    files: Mapping[str, bytes | None]
    folders: tuple[str, ...]
    pages: tuple[str, ...]
    idle: tuple[str, ...]
    clients: Mapping[str, tuple[ClientChange, ...]]
    result: Result
    refused: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def saved(folder: Path, page: Page) -> Taken:
    """A page from a folder of saved ones.

    Raises:
        PageError: it is not there.
    """
    return Taken(read(folder / page.file), {})


def sources(
    root: Path, provider: str, taken: Mapping[str, Taken], today: date
) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    """As `stored`, with what is kept of the pages taken anew, and a line for each page that changed.

    A page of which only the prose changed stays as it was kept: nothing follows from it.

    Raises:
        PageError: a page does not hold what `sources.toml` says.
        UnsafePageError: it holds what must not reach the generator.
        DocumentError: its OpenAPI block is not YAML.
    """
    text, pages = pages_of(root, provider)
    allowed = hosts(root, provider)
    kept: dict[str, bytes] = {}
    changed: list[str] = []
    for page in pages:
        path = kept_path(provider, page)
        there, one = _there(root / path), taken.get(page.name)
        if one is None or one.content is None or (there and sha256(one.content).hexdigest() == page.sha256):
            kept[path] = read(root / path)
            continue
        anew = keep(page, one.content)
        if page.is_openapi:
            block = anew.decode()
            refuse_text(block, path)
            refuse_document(parse(block, path).data, path, allowed)
        if there is not None and facts(anew, path) == facts(there, path):
            changed.append(f"{provider}/{page.name}: its prose changed")
            kept[path] = there
            continue
        changed.append(f"{provider}/{page.name}: what it documents changed")
        kept[path] = anew
        text = restate(text, page, one.content, today, one.marks)
    return {toml_path(provider): text.encode(), **kept}, tuple(changed)


Step: TypeAlias = tuple[int, int, str]
"""How many of how many of what are done."""


def refresh(
    root: Path,
    taken: Mapping[str, Mapping[str, Taken]],
    today: date,
    progress: Callable[[Step], None] = lambda _: None,
) -> Refreshed:
    """Everything that follows from pages taken anew, by provider and page name; `progress` is told how far it is.

    Raises:
        PageError, UnsafePageError, DocumentError: a page cannot be used.
        ContractError, OverlayError: no contract comes of the pages.
    """
    started = time.time()
    files: dict[str, bytes | None] = {}
    contracts: dict[str, bytes] = {}
    pages: list[str] = []
    idle: list[str] = []
    for number, (provider, ones) in enumerate(taken.items()):
        progress((number, len(taken), "contracts built"))
        anew, told = sources(root, provider, ones, today)
        pages += told
        built = build(root, provider, anew)
        idle += built.idle
        contracts[provider] = built.content
        files |= {**anew, _file(provider): built.content, **dated(root, provider, built.content, today)}
    changed = [provider for provider in taken if _there(root / _file(provider)) != contracts[provider]]
    results: list[Result] = []
    changes: dict[str, tuple[ClientChange, ...]] = {}
    folders: list[str] = []
    refused: list[str] = []
    for number, provider in enumerate(changed):
        progress((number, len(changed), "changed contracts followed up"))
        old, new = _there(root / _file(provider)), contracts[provider]
        before, after = _contract(provider, old or new, provider), _contract(provider, new, f"{provider}@{today}")
        results.append(_compared(before, after, today))
        for client in (one for one in clients(root) if one.contract == _file(provider)):
            try:
                made = _made(client, new)
                try_client(client, made, new, read(root / PROVIDERS))
            except (GenerationError, UnsafeCodeError) as error:
                refused.append(str(error))
                continue
            changes[client.package] = client_changes(_modules(client, _package(root, client)), _modules(client, made))
            files |= made
            folders.append(client.folder)
    files |= {**_table(root, contracts), **_beside(root, {name: contracts[name] for name in changed})}
    result = _together(results, started)
    if refused:
        files, folders = {}, []
    return Refreshed(files, tuple(folders), tuple(pages), tuple(idle), changes, result, tuple(refused))


def _file(provider: str) -> str:
    return f"specs/{provider}.yaml"


def _there(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _contract(provider: str, content: bytes, name: str) -> Contract:
    return Contract(name, _file(provider), parse(content.decode(), _file(provider)))


def _compared(before: Contract, after: Contract, today: date) -> Result:
    """What changed for clients; nothing is known drift here, since the known is what was there before."""
    now = time.time()
    return compare.result(before, after, known=(), day=today, fail_on="warning", started=now, finished=now)


def _together(results: Iterable[Result], started: float) -> Result:
    each = tuple(results)
    return Result(
        started=started,
        finished=time.time(),
        complete=True,
        verdicts=tuple(verdict for one in each for verdict in one.verdicts),
        contract_drifts=(),
        contracts={name: contract for one in each for name, contract in one.contracts.items()},
        stale=(),
        stale_counts=False,
    )


def _made(client: Client, contract: bytes) -> Mapping[str, bytes]:
    """The client of a contract that is not in its place yet, held to what generated code may do."""
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / "contract.yaml"
        path.write_bytes(contract)
        made = generate(client, path)
    refuse_code(made)
    return made


def _package(root: Path, client: Client) -> Mapping[str, bytes]:
    """The client's files as they are."""
    folder = root / client.folder
    return {f"{client.folder}/{path}": (folder / path).read_bytes() for path in files_below(folder)}


def _modules(client: Client, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The package's files, by their paths from where it is imported."""
    prefix = f"{client.folder}/"
    return {path.removeprefix(prefix): content for path, content in files.items() if path.startswith(prefix)}


def _beside(root: Path, changed: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """What is kept of contracts, and the requests that are made beforehand, where the checkout has them."""
    keeps, makes = (root / kept_contracts.KEPT).is_dir(), (root / premade_requests.SPECS).is_dir()
    reread = {name: (content, _reread(name, content)) for name, content in changed.items() if keeps or makes}
    files: dict[str, bytes] = {}
    if keeps:
        files |= kept_contracts.files(reread)
    if makes:
        files |= premade_requests.files(contract for _, contract in reread.values())
    return files


def _reread(name: str, content: bytes) -> Contract:
    """A contract as it is read once it stands in its place."""
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / f"{name}.yaml"
        path.write_bytes(content)
        return read_contract(path, _file(name), name)


def _table(root: Path, built: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The page that shows the contracts side by side, where the checkout has it."""
    contents = {name: built.get(name) or _there(root / _file(name)) for name in contract_table.CONTRACTS}
    if not (root / contract_table.PAGE).is_file():
        return {}
    contracts = [_contract(name, content, name) for name, content in contents.items() if content is not None]
    return {contract_table.PAGE: contract_table.contract_table(contracts).encode()}
