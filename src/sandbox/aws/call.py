"""What a request asks for, read once from WSGI's environment."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

CREDENTIAL = re.compile(r"Credential=(?P<key>[^/,\s]+)/\d+/(?P<region>[^/]*)/(?P<service>[^/]*)/")
ACCOUNT = re.compile(r"\d{12}")
READ_UP_TO = 1 << 20
"""Bytes. Forms and JSON bodies are far smaller; objects on their way to S3 are left alone."""

KEY = "cloudops.call"


@dataclass(frozen=True, slots=True)
class Call:
    """``service`` is the name requests are signed for (``elasticloadbalancing``); ``action`` is
    empty where only method and path tell; ``form`` holds the parameters of a form."""

    service: str
    action: str
    region: str
    key: str
    method: str
    content_type: str
    form: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    smithy: str = ""
    targeted: bool = False

    @property
    def account(self) -> str | None:
        """The account a 12-digit access key names."""
        return self.key if ACCOUNT.fullmatch(self.key) else None


def call_of(environ: WSGIEnvironment) -> Call:
    """The request's call; read at first use and kept in ``environ``."""
    if KEY not in environ:
        environ[KEY] = _read(environ)
    call: Call = environ[KEY]
    return call


def _read(environ: WSGIEnvironment) -> Call:
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    signed = environ.get("HTTP_AUTHORIZATION") or (
        "Credential=" + query.get("X-Amz-Credential", [""])[0] + "/"
    )
    credential = CREDENTIAL.search(signed)
    content_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    body = _body(environ, content_type)
    form = {name: values[0] for name, values in query.items()}
    if content_type == "application/x-www-form-urlencoded":
        posted = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        form |= {name: values[0] for name, values in posted.items()}
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    return Call(
        service=credential["service"].lower() if credential else "",
        action=form.get("Action") or target.rpartition(".")[2],
        region=credential["region"] if credential else "",
        key=credential["key"] if credential else "",
        method=environ["REQUEST_METHOD"],
        content_type=content_type,
        form=form,
        body=body,
        smithy=environ.get("HTTP_SMITHY_PROTOCOL", ""),
        targeted=bool(target),
    )


def _body(environ: WSGIEnvironment, content_type: str) -> bytes:
    """The body of a form or a JSON document; the stream is put back for whoever reads next."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    kind = content_type.rpartition("/")[2]
    if not 0 < length <= READ_UP_TO or not ("form" in kind or "json" in kind):
        return b""
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def operation_of(call: Call, environ: WSGIEnvironment) -> str:
    """The operation's name; for REST services found by method and path in the vendor's model."""
    if call.action:
        return call.action
    from moto.core.request import Request

    router = _router(call.service)
    try:
        operation: Any = router.match(Request(dict(environ)))[0]
    except Exception:  # noqa: BLE001 - a foreign path, or none of ours: only a name is lost
        return call.method
    return str(operation.name)


@lru_cache
def _router(service: str) -> Any:
    from botocore.exceptions import UnknownServiceError
    from moto.core.routing import get_service_router

    try:
        return get_service_router(service)
    except UnknownServiceError:
        return None
