"""What a request would change, read from its method, address and body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from modalities.browser.driver.contract import Mutation

WHOLE = ""
"""The name of a body that has no names in it."""


def mutation(method: str, url: str, body: bytes | None, content_type: str) -> Mutation:
    """The address without its host; parameters and body as fields."""
    parts = urlsplit(url)
    asked = {f"?{name}": value for name, value in _pairs(parts.query).items()}
    return Mutation(method, parts.path or "/", asked | _fields(body or b"", content_type.lower()))


def message(url: str, said: str | bytes) -> Mutation:
    """A message on a web socket."""
    body = said.encode() if isinstance(said, str) else said
    return Mutation("WS", urlsplit(url).path or "/", _fields(body, "application/json"))


def _fields(body: bytes, content_type: str) -> dict[str, Any]:
    if not body:
        return {}
    if "application/x-www-form-urlencoded" in content_type:
        return _pairs(body.decode("utf-8", "replace"))
    if "multipart/form-data" in content_type:
        return _parts(body)
    return _json(body) or {WHOLE: _text(body)}


def _json(body: bytes) -> dict[str, Any]:
    """Whatever the header says: many send JSON as plain text."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {WHOLE: value}


def _pairs(text: str) -> dict[str, Any]:
    return _gathered(parse_qsl(text, keep_blank_values=True))


def _gathered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Several of one name become a list."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    return found


def _parts(body: bytes) -> dict[str, Any]:
    """The boundary is the body's first line."""
    boundary = body.split(b"\r\n", 1)[0].removeprefix(b"--")
    head = b'Content-Type: multipart/form-data; boundary="' + boundary + b'"\r\n\r\n'
    pairs: list[tuple[str, Any]] = []
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        disposition = part["content-disposition"]
        named: Mapping[str, str] = disposition.params if disposition is not None else {}
        content = part.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else b""
        file = named.get("filename")
        pairs.append((named.get("name", WHOLE), _text(raw) if file is None else _file(file, raw)))
    return _gathered(pairs)


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"file": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"sha256:{sha256(body).hexdigest()}"
