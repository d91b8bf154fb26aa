"""Exchanges as other tools write them down, by hand: each dialect with its habits."""

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml
from attrs import frozen

Dialect = Callable[[list["Sent"]], bytes]


@frozen
class Sent:
    """One exchange, as everybody sees it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int
    answered: Mapping[str, str]
    answer: bytes

    @property
    def path(self) -> str:
        """What stands in a request line."""
        return "/" + self.url.partition("://")[2].partition("/")[2]

    @property
    def host(self) -> str:
        """With port."""
        return self.url.partition("://")[2].partition("/")[0]


def sent(entries: Iterable[Mapping[str, Any]]) -> list[Sent]:
    """What HAR entries hold."""
    return [
        Sent(
            entry["request"]["method"],
            entry["request"]["url"],
            {one["name"]: one["value"] for one in entry["request"]["headers"]},
            entry["request"]["postData"]["text"].encode() if "postData" in entry["request"] else None,
            entry["response"]["status"],
            {one["name"]: one["value"] for one in entry["response"]["headers"]},
            entry["response"]["content"]["text"].encode(),
        )
        for entry in entries
    ]


def _lists(headers: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in headers.items()}


def _capitals(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.title(): value for name, value in headers.items()}


def _texts(body: bytes | None) -> str | None:
    return None if body is None else body.decode()


def _vcrpy(
    one: Sent,
    request: Mapping[str, Any] | None = None,
    response: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] = {},
) -> dict[str, Any]:
    return {
        "request": {
            "body": _texts(one.body),
            "headers": _lists(one.headers),
            "method": one.method,
            "uri": one.url,
            **(request or {}),
        },
        "response": {
            "body": {"string": _texts(one.answer)},
            "headers": _lists({**one.answered, **headers}),
            "status": {"code": one.status, "message": "OK"},
            **(response or {}),
        },
    }


def _yaml(interactions: list[dict[str, Any]], **more: Any) -> bytes:
    return yaml.dump({"interactions": interactions, "version": 1, **more}, allow_unicode=True).encode()


def vcrpy(all_of_it: list[Sent]) -> bytes:
    """As it is."""
    return _yaml([_vcrpy(one) for one in all_of_it])


def vcrpy_gzip(all_of_it: list[Sent]) -> bytes:
    """Bodies as they travelled."""
    packed = {"content-encoding": "gzip", "transfer-encoding": "chunked"}
    return _yaml(
        [_vcrpy(one, response={"body": {"string": gzip.compress(one.answer)}}, headers=packed) for one in all_of_it]
    )


def vcrpy_gzip_without_header(all_of_it: list[Sent]) -> bytes:
    """A header was filtered away."""
    return _yaml([_vcrpy(one, response={"body": {"string": gzip.compress(one.answer)}}) for one in all_of_it])


def vcrpy_header_without_gzip(all_of_it: list[Sent]) -> bytes:
    """Unpacked before it was written, and the headers left."""
    return _yaml(
        [_vcrpy(one, headers={"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}) for one in all_of_it]
    )


def vcrpy_binary(all_of_it: list[Sent]) -> bytes:
    """Every body as bytes."""
    return _yaml(
        [_vcrpy(one, request={"body": one.body}, response={"body": {"string": one.answer}}) for one in all_of_it]
    )


def vcrpy_chunks(all_of_it: list[Sent]) -> bytes:
    """Chunked as over the wire."""
    whole = [
        b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (5, one.answer[:5], len(one.answer) - 5, one.answer[5:])
        if len(one.answer) > 5
        else one.answer
        for one in all_of_it
    ]
    return _yaml(
        [
            _vcrpy(one, response={"body": {"string": chunks}}, headers={"Transfer-Encoding": "chunked"})
            for one, chunks in zip(all_of_it, whole, strict=True)
        ]
    )


def vcrpy_parsed_body(all_of_it: list[Sent]) -> bytes:
    """A serializer of the project's own."""
    interactions = [_vcrpy(one) for one in all_of_it]
    for one, interaction in zip(all_of_it, interactions, strict=True):
        if one.body is not None:
            del interaction["request"]["body"]
            interaction["request"]["parsed_body"] = json.loads(one.body)
        if one.answer.startswith((b"{", b"[", b'"')):
            del interaction["response"]["body"]
            interaction["response"]["parsed_body"] = json.loads(one.answer)
    return _yaml(interactions)


def vcrpy_of_old_httpx(all_of_it: list[Sent]) -> bytes:
    """The layout of some years."""
    return _yaml(
        [
            {
                "request": _vcrpy(one, request={"body": _texts(one.body) or ""})["request"],
                "response": {
                    "content": _texts(one.answer),
                    "headers": _lists(one.answered),
                    "http_version": "HTTP/1.1",
                    "status_code": one.status,
                },
            }
            for one in all_of_it
        ]
    )


def vcrpy_old(all_of_it: list[Sent]) -> bytes:
    """Headers as texts, in capitals, methods in lower case, files and iterators as Python objects, documents apart."""
    documents = []
    for one in all_of_it:
        kept = _vcrpy(one)
        kept["request"] |= {"headers": _capitals(one.headers), "method": one.method.lower()}
        kept["response"] |= {"headers": _capitals(one.answered), "status": str(one.status)}
        text = yaml.dump({"version": 1, "interactions": [kept]}, default_flow_style=False)
        if one.body is not None:
            piece = base64.b64encode(one.body).decode()
            mark = f"!!python/object/new:_io.BytesIO {{state: !!python/tuple [!!binary '{piece}', 0, null]}}"
            kept["request"]["body"] = "@BODY@"
            text = yaml.dump({"version": 1, "interactions": [kept]}, default_flow_style=False).replace("'@BODY@'", mark)
        documents.append(f"# recorded with care\n---\n{text}")
    return "".join(documents).replace("\n", "\r\n").encode()


def vcrpy_flow(all_of_it: list[Sent]) -> bytes:
    """As others write YAML: aliases, in one line, or by hand."""
    shared = {"server": ["a"]}
    kept = [_vcrpy(one) | {"more": shared} for one in all_of_it]
    return yaml.dump({"interactions": kept}, default_flow_style=True, width=1 << 20).encode()


def vcrpy_json(all_of_it: list[Sent]) -> bytes:
    """The other serializer."""
    return json.dumps({"version": 1, "interactions": [_vcrpy(one) for one in all_of_it]}, indent=4).encode()


def php_vcr(all_of_it: list[Sent]) -> bytes:
    """A list that is the document."""
    kept = [
        _vcrpy(
            one,
            request={"headers": _capitals(one.headers), "url": one.url, "uri": None},
            response={"body": _texts(one.answer), "status": {"http_version": "1.1", "code": str(one.status)}},
        )
        for one in all_of_it
    ]
    for one in kept:
        del one["request"]["uri"]
    return b"\n" + yaml.dump(kept, sort_keys=False).encode()


def go_vcr(all_of_it: list[Sent]) -> bytes:
    """`url`, `code`, and texts."""
    kept = [
        {
            "id": number,
            "request": {
                "proto": "HTTP/1.1",
                "content_length": len(one.body or b""),
                "host": one.host,
                "body": _texts(one.body) or "",
                "form": {},
                "headers": _lists(one.headers),
                "url": one.url,
                "method": one.method,
            },
            "response": {
                "body": _texts(one.answer),
                "headers": _lists(one.answered),
                "status": f"{one.status} OK",
                "code": one.status,
                "duration": "123.4ms",
            },
        }
        for number, one in enumerate(all_of_it)
    ]
    return ("---\n" + yaml.dump({"version": 2, "interactions": kept}, sort_keys=False)).encode()


def _ruby(one: Sent, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "request": {
            "method": one.method.lower(),
            "uri": one.url,
            "body": {"encoding": "UTF-8", "string": _texts(one.body) or ""},
            "headers": _lists(_capitals(one.headers)),
        },
        "response": {
            "status": {"code": one.status, "message": "OK"},
            "headers": _lists(_capitals(one.answered)),
            "body": {"encoding": "ASCII-8BIT", **body},
            "http_version": None,
        },
        "recorded_at": "Fri, 14 Mar 2025 15:52:45 GMT",
    }


def _rubies(kept: list[dict[str, Any]]) -> str:
    return "---\n" + yaml.dump({"http_interactions": kept, "recorded_with": "VCR 6.2.0"}, sort_keys=False)


def ruby_vcr(all_of_it: list[Sent]) -> bytes:
    """Texts."""
    return _rubies([_ruby(one, {"string": _texts(one.answer)}) for one in all_of_it]).encode()


def ruby_vcr_binary(all_of_it: list[Sent]) -> bytes:
    """Psych's own tag."""
    return _rubies([_ruby(one, {"string": one.answer}) for one in all_of_it]).replace("!!binary", "!binary").encode()


def ruby_vcr_base64(all_of_it: list[Sent]) -> bytes:
    """Exact bytes preserved."""
    return _rubies(
        [_ruby(one, {"base64_string": base64.encodebytes(one.answer).decode()}) for one in all_of_it]
    ).encode()


def ruby_vcr_json(all_of_it: list[Sent]) -> bytes:
    """The other serializer."""
    kept = [_ruby(one, {"string": _texts(one.answer)}) for one in all_of_it]
    return json.dumps({"http_interactions": kept, "recorded_with": "VCR 6.2.0"}).encode()


def _entry(one: Sent, body: Any) -> dict[str, Any]:
    return {
        "RequestUri": one.url,
        "RequestMethod": one.method,
        "RequestHeaders": {
            name: "Sanitized" if name == "authorization" else value for name, value in _capitals(one.headers).items()
        },
        "RequestBody": None if one.body is None else _data(one.body),
        "StatusCode": one.status,
        "ResponseHeaders": dict(_capitals(one.answered)),
        "ResponseBody": body,
    }


def _data(body: bytes) -> Any:
    """An object as an object; lists and texts as texts."""
    try:
        found = json.loads(body)
    except ValueError:
        return body.decode()
    return found if isinstance(found, dict) else body.decode()


def test_proxy(all_of_it: list[Sent]) -> bytes:
    """Objects, and texts."""
    kept = [_entry(one, _data(one.answer)) for one in all_of_it]
    return b"\xef\xbb\xbf" + json.dumps({"Entries": kept, "Variables": {"Entries": [1]}}, indent=2).encode()


def test_proxy_lines(all_of_it: list[Sent]) -> bytes:
    """Lines, and pieces in base64."""
    halves = [(one.answer[: len(one.answer) // 2], one.answer[len(one.answer) // 2 :]) for one in all_of_it]
    kept = [
        _entry(one, [first.decode(), "b64:" + base64.b64encode(last).decode()])
        for one, (first, last) in zip(all_of_it, halves, strict=True)
    ]
    return json.dumps({"Entries": kept}).encode()


def exvcr(all_of_it: list[Sent]) -> bytes:
    """A JSON list."""
    kept = [
        {
            "request": {
                "body": _texts(one.body) or "",
                "headers": one.headers,
                "method": one.method.lower(),
                "url": one.url,
            },
            "response": {
                "binary": False,
                "body": _texts(one.answer),
                "headers": one.answered,
                "status_code": one.status,
            },
        }
        for one in all_of_it
    ]
    return json.dumps(kept, indent=2).encode()


def _raw(one: Sent, end: str, *, relative: bool = True) -> tuple[bytes, bytes]:
    asked = [f"{one.method} {one.path if relative else one.url} HTTP/1.1", f"Host: {one.host}"]
    asked += [f"{name}: {value}" for name, value in one.headers.items()]
    told = [f"HTTP/1.1 {one.status} OK", *(f"{name}: {value}" for name, value in one.answered.items())]
    heads = [(end.join(head) + end + end).encode() for head in (asked, told)]
    return heads[0] + (one.body or b""), heads[1] + one.answer


def raw_http(all_of_it: list[Sent]) -> bytes:
    """As people paste it."""
    return b"\n\n".join(b"\n\n".join(_raw(one, "\n")) + b"\n\n###" for one in all_of_it)


def raw_http_crlf(all_of_it: list[Sent]) -> bytes:
    """As it is sent, with whole addresses."""
    return b"\r\n".join(b"\r\n".join(_raw(one, "\r\n", relative=False)) for one in all_of_it)


def httprr(all_of_it: list[Sent]) -> bytes:
    """With lengths."""
    whole = [_raw(one, "\r\n") for one in all_of_it]
    return b"httprr trace v1\n" + b"".join(b"%d %d\n%s%s" % (len(one), len(two), one, two) for one, two in whole)


def curl(all_of_it: list[Sent]) -> bytes:
    """What `curl -v` prints, both streams into one file."""
    pieces = []
    for one in all_of_it:
        asked, told = (part.split(b"\n\n", 1) for part in _raw(one, "\n"))
        pieces += [
            b"*   Trying 127.0.0.1:80...\n* Connected to gateway (127.0.0.1) port 80 (#0)\n",
            *(b"> " + line + b"\n" for line in asked[0].split(b"\n")),
            b"> \n* Request completely sent off\n",
            *(b"< " + line + b"\r\n" for line in told[0].split(b"\n")),
            b"< \r\n{ [5 bytes data]\n",
            told[1],
            b"* Connection #0 to host gateway left intact\n",
        ]
    return b"$ curl -v http://gateway/v1/batches\n" + b"".join(pieces)


DIALECTS: tuple[Dialect, ...] = (
    *(vcrpy, vcrpy_gzip, vcrpy_gzip_without_header, vcrpy_header_without_gzip, vcrpy_binary, vcrpy_chunks),
    *(vcrpy_parsed_body, vcrpy_of_old_httpx, vcrpy_old, vcrpy_flow, vcrpy_json, php_vcr, go_vcr, exvcr),
    *(ruby_vcr, ruby_vcr_binary, ruby_vcr_base64, ruby_vcr_json, test_proxy, test_proxy_lines),
    *(raw_http, raw_http_crlf, httprr, curl),
)
