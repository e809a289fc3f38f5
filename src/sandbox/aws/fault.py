"""An error as the client's own parser expects it, in the protocol of the request."""

from __future__ import annotations

import json
from http import HTTPStatus
from uuid import uuid4
from wsgiref.types import StartResponse
from xml.sax.saxutils import escape

from sandbox.aws.call import Call

XML = "text/xml;charset=UTF-8"
EC2 = (
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>{id}</RequestID></Response>"
)
QUERY = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
    "</Error><RequestId>{id}</RequestId></ErrorResponse>"
)
S3 = "<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>"
REST_XML = frozenset({"route53", "cloudfront"})


def fault(
    call: Call, start: StartResponse, code: str, message: str, status: int = 400
) -> list[bytes]:
    """Answer with an error. ``status`` stays below 500, so that no client tries again."""
    content_type, body = _document(call, code, message)
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("x-amzn-ErrorType", code),
    ]
    if call.smithy:
        headers.append(("smithy-protocol", call.smithy))
    start(f"{status} {HTTPStatus(status).phrase}", headers)
    return [] if call.method == "HEAD" else [body]


def _document(call: Call, code: str, message: str) -> tuple[str, bytes]:
    if "cbor" in call.smithy:
        return "application/cbor", _cbor({"__type": code, "message": message})
    if call.service == "s3":
        return XML, _xml(S3, code, message)
    if call.service == "ec2":
        return XML, _xml(EC2, code, message)
    if not call.targeted and (call.action or call.service in REST_XML):
        return XML, _xml(QUERY, code, message)
    document = json.dumps({"__type": code, "message": message, "Message": message})
    return call.content_type or "application/json", document.encode()


def _xml(template: str, code: str, message: str) -> bytes:
    text = template.format(code=escape(code), message=escape(message), id=uuid4())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _cbor(texts: dict[str, str]) -> bytes:
    """A map of texts (RFC 8949): all of CBOR that an error needs."""
    parts = [bytes([0xA0 + len(texts)])]
    for text in (item for pair in texts.items() for item in pair):
        data = text.encode()
        parts.append(b"\x79" + len(data).to_bytes(2, "big") + data)
    return b"".join(parts)
