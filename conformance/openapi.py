"""The operations of a batch's life in an OpenAPI document: where they are, and what is documented of each."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from itertools import takewhile
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from attrs import frozen

from conformance.document import Document, DocumentError, Location
from conformance.operations import (
    FORMS,
    OPERATIONS,
    PARAMETER_NAMES,
    Steps,
    candidates,
    is_base,
    is_parameter,
    steps,
)
from conformance.references import at, pointer, resolve
from conformance.schema import PayloadSchema

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_ASKED = tuple(dict.fromkeys(method for method, _ in FORMS.values()))


@frozen
class Parameter:
    """A documented parameter: `where` is query, path, header or cookie. One of an operation's own path has our name."""

    name: str
    where: str
    required: bool
    schema: PayloadSchema


@frozen
class Response:
    """A documented response: `status` as written (`200`, `4XX`, `default`); media types in lower case."""

    status: str
    location: Location
    media_types: frozenset[str]
    schema: PayloadSchema | None


@frozen(eq=False)
class Operation:
    """One operation. `name` is one of OPERATIONS; `path` is what is sent below the contract's base path."""

    name: str
    method: str
    path: str
    template: str
    """The path as the document writes it."""
    location: Location
    parameters: tuple[Parameter, ...]
    body_media_types: tuple[str, ...]
    body: PayloadSchema | None
    body_required: bool
    responses: Mapping[str, Response]
    authenticated: bool
    lines: Mapping[str, PayloadSchema] = MappingProxyType({})
    """What the lines of the files are that it carries: `input`, `output`, `error` (`x-lines`)."""

    @cached_property
    def answers(self) -> frozenset[str]:
        """The media types of its successes."""
        return frozenset().union(*(one.media_types for one in self.successes))

    @property
    def successes(self) -> tuple[Response, ...]:
        """What is documented for 2xx, in the order of the document."""
        return tuple(one for status, one in self.responses.items() if status.startswith("2"))

    @property
    def success_status(self) -> int:
        """The status of its usual success: the first that is documented, or 200."""
        return next((int(one.status) for one in self.successes if one.status.isdecimal()), 200)

    @property
    def items(self) -> Steps | None:
        """Where in the body of a success the list stands: `()` for a bare array; None where there is none."""
        schema = (self.response(self.success_status) or _NOTHING).schema
        return None if schema is None else schema.list_place()

    @cache  # noqa: B019 - as many as there are status codes, and contracts live as long as the program
    def response(self, status: int) -> Response | None:
        """What is documented for a status code: the code itself, its range, then `default`."""
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in self.responses:
                return self.responses[key]
        return None

    def parameter(self, name: str, where: str = "query") -> Parameter | None:
        """The documented parameter of that name and place."""
        return next((one for one in self.parameters if (one.name, one.where) == (name, where)), None)


_NOTHING = Response("", (), frozenset(), None)


class FoundOperation(NamedTuple):
    """Where a document has an operation. `item` and `location` are where path item and operation are defined."""

    name: str
    base: Steps
    own: Steps
    template: str
    item: Location
    location: Location


def find(document: Document) -> Mapping[str, FoundOperation]:
    """The operations of a batch's life in a document, by name, joined by method and path.

    Where several paths could be one, that counts whose base has most of them; then one without parameters, one that
    ends in a version, the shortest, the first.

    Raises:
        DocumentError: a path item that is one of them leads nowhere.
    """
    by_base: dict[Steps, dict[str, FoundOperation]] = {}
    for one in _candidates(document):
        at_base = by_base.setdefault(one.base, {})
        if one.name not in at_base or _form(one) < _form(at_base[one.name]):
            at_base[one.name] = one
    ranked = sorted(by_base.items(), key=lambda pair: _rank(*pair))
    chosen = {found.name: found for _, group in reversed(ranked) for found in group.values()}
    return {name: chosen[name] for name in OPERATIONS if name in chosen}


def _form(one: FoundOperation) -> int:
    return len(one.own)


def _rank(base: Steps, group: Mapping[str, FoundOperation]) -> tuple[int, bool, bool, int]:
    return (-len(group), any(map(is_parameter, base)), not base or not is_base(base[-1:]), len(base))


def _candidates(document: Document) -> Iterator[FoundOperation]:
    servers = at(document, ()).get("servers")
    for path in document.data["paths"]:
        parts = steps(str(path))
        if not any(is_base(before, (_base_of(servers),)) for before in _before(parts)):
            continue
        item = resolve(document, ("paths", path))
        for where in dict.fromkeys((("paths", path), item)):  # methods beside a `$ref` count too
            node = at(document, where)
            for method in _ASKED if isinstance(node, dict) else ():
                if not isinstance(node.get(method.lower()), dict):
                    continue
                operation = node[method.lower()]
                server = _base_of(operation.get("servers") or node.get("servers") or servers)
                for name, before, own in candidates(method, parts, template=True):
                    if is_base(before, (server,)):
                        base = before if before[: len(server)] == server else (*server, *before)
                        yield FoundOperation(name, base, own, str(path), where, (*where, method.lower()))


def _before(parts: Steps) -> Iterator[Steps]:
    for method in _ASKED:
        for _, before, _ in candidates(method, parts, template=True):
            yield before


def _base_of(servers: Any) -> Steps:
    """The path of the first server, variables by their defaults."""
    if servers is None:
        return ()
    if not isinstance(servers, list) or not all(isinstance(one, dict) for one in servers):
        raise DocumentError("`servers` is not a list of servers")
    first = servers[0] if servers else {}
    url = str(first.get("url", ""))
    variables = first.get("variables")
    for name, one in variables.items() if isinstance(variables, dict) else ():
        url = url.replace(f"{{{name}}}", str(one.get("default", "")) if isinstance(one, dict) else "")
    try:
        path = steps(urlsplit(url).path)
    except ValueError:
        raise DocumentError(f"`servers`: {url[:80]!r} is not a URL") from None
    return path[1:] if path and is_parameter(path[0]) and not url.startswith("/") else path  # a variable for the host


def base_path(document: Document) -> Steps:
    """What all operations of a document have before their own path."""
    bases = [one.base for one in find(document).values()]
    columns = zip(*bases, strict=False)
    return tuple(column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns))


def operations(document: Document) -> Iterator[Operation]:
    """The operations of a batch's life.

    Raises:
        DocumentError: the document is not the OpenAPI it says it is.
    """
    shared = len(base_path(document))
    for found in find(document).values():
        try:
            yield _operation(document, found, found.base[shared:])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            where = f"#{pointer(found.location)}"
            raise DocumentError(f"{where}: not a well-formed operation ({type(error).__name__}: {error})") from None


def _operation(document: Document, found: FoundOperation, before: Steps) -> Operation:
    node = at(document, found.location)
    body = resolve(document, (*found.location, "requestBody")) if "requestBody" in node else None
    content = _content(document, body) if body else {}
    security = node.get("security", document.data.get("security", []))
    names = {step[1:-1]: PARAMETER_NAMES[found.own[0]] for step in found.own if is_parameter(step)}
    own = tuple(f"{{{names[step[1:-1]]}}}" if is_parameter(step) else step for step in found.own)
    return Operation(
        name=found.name,
        method=FORMS[found.name][0],
        path="/" + "/".join((*before, *own)) + ("/" if found.template.endswith("/") else ""),
        template=found.template,
        location=found.location,
        parameters=tuple(_parameters(document, found, names)),
        body_media_types=tuple(content),
        body=_schema(document, content, lambda _: True),
        body_required=bool(body and at(document, body).get("required", False)),
        responses=_responses(document, found.location),
        authenticated=any(scheme != {} for scheme in security),
        lines=_lines(document, found.location),
    )


LINES = "x-lines"
"""Where an operation says what the lines of the files are that it carries."""


def _lines(document: Document, location: Location) -> Mapping[str, PayloadSchema]:
    said = at(document, location).get(LINES, {})
    if not isinstance(said, dict) or not all(isinstance(one, dict) for one in said.values()):
        place = pointer((*location, LINES))
        raise DocumentError(f"#{place}: a mapping of input, output and error to schemas is expected")
    return {kind: PayloadSchema(document, (*location, LINES, kind)) for kind in said}


def _parameters(document: Document, found: FoundOperation, names: Mapping[str, str]) -> Iterator[Parameter]:
    seen = set()
    for owner in (found.location, found.item):
        for index in range(len(at(document, owner).get("parameters", ()))):
            place = resolve(document, (*owner, "parameters", index))
            node = at(document, place)
            key = (str(node["name"]), str(node["in"]))
            if key not in seen and "schema" in node:
                seen.add(key)
                name = names.get(key[0], key[0]) if key[1] == "path" else key[0]
                yield Parameter(
                    name, key[1], bool(node.get("required", False)), PayloadSchema(document, (*place, "schema"))
                )


def _responses(document: Document, location: Location) -> Mapping[str, Response]:
    documented = at(document, location).get("responses", {})
    codes = [str(status) for status in documented if not str(status).startswith("x-")]
    return {status: _response(document, (*location, "responses", status)) for status in codes}


def _response(document: Document, location: Location) -> Response:
    content = _content(document, resolve(document, location))
    media_types = frozenset(media.split(";")[0].strip().lower() for media in content)
    return Response(str(location[-1]), location, media_types, _schema(document, content, says_json))


def _content(document: Document, owner: Location) -> Mapping[str, Location]:
    """Where each media type of a body or a response is described."""
    content = at(document, owner).get("content", {})
    return {media: resolve(document, (*owner, "content", media)) for media in content}


def _schema(document: Document, content: Mapping[str, Location], wanted: Callable[[str], bool]) -> PayloadSchema | None:
    """The schema of the first media type that is wanted, those that say JSON first."""
    typed = [media for media, place in content.items() if wanted(media) and "schema" in at(document, place)]
    first = min(typed, key=lambda media: not is_json(media), default=None)
    return None if first is None else PayloadSchema(document, (*content[first], "schema"))


def is_json(media_type: str) -> bool:
    """Whether a media type, with or without parameters, says JSON."""
    essence = media_type.split(";", maxsplit=1)[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def says_json(media_type: str) -> bool:
    """Whether a media type or a range of them (`*/*`) covers JSON."""
    return is_json(media_type) or media_type.split(";", maxsplit=1)[0].strip().lower() in {"*/*", "application/*"}
