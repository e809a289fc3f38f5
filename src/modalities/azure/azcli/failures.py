"""What ``az`` says when it fails, as the trouble that it is.

``az rest`` prints the reason and the whole answer, other commands a code in parentheses and the
message; exit status 2 is a usage error, from before anything was sent.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from modalities.azure.errors import SIGN_IN, printable, refusal
from modalities.receipt import CloudError, Trouble

OF_REST = re.compile(r"ERROR: (?P<reason>[A-Za-z -]+)\((?P<body>\{.*\})\)\s*$", re.DOTALL)
CODED = re.compile(r"ERROR: \((?P<code>\w+)\) (?P<message>.*?)(?:\nCode: |\Z)", re.DOTALL)
UNSIGNED = re.compile(r"az login|AADSTS|invalid_client|No subscription found|authority")
UNHEARD = re.compile(r"NewConnectionError|Connection refused|Name or service not known")
SILENT = re.compile(r"Connection aborted|Max retries exceeded|timed out|Connection broken")
REASONS = {status.phrase.casefold(): status.value for status in HTTPStatus}
UNREAD = re.compile(r"ERROR: Failed to parse '--[\w-]+' argument")
USAGE, GONE = 2, 3


def failure(status: int, stderr: bytes) -> CloudError:
    """``sent`` of the error is False only where the request certainly did not arrive."""
    text = stderr.decode("utf-8", "replace").strip()
    if (found := OF_REST.search(text)) is not None:
        return refusal(REASONS.get(found["reason"].strip().casefold(), 400), _json(found["body"]))
    if (found := CODED.search(text)) is not None:
        told = {"code": found["code"], "message": found["message"].strip()}
        return refusal(404 if status == GONE else 400, told)
    if status == USAGE or UNREAD.search(text):
        why = printable(text or "it said nothing")
        remedy = "another version of az may; see `cloudops doctor`"
        return CloudError(Trouble.INVALID, "Usage", why, sent=False, remedy=remedy)
    if UNHEARD.search(text):
        return _said(Trouble.UNAVAILABLE, "NoConnection", text, sent=False)
    if SILENT.search(text):
        return _said(Trouble.UNAVAILABLE, "NoAnswer", text)
    if UNSIGNED.search(text):
        return CloudError(Trouble.AUTH, "SignIn", printable(text), sent=False, remedy=SIGN_IN)
    if status == GONE:
        return _said(Trouble.NOT_FOUND, "NotFound", text)
    return _said(Trouble.UNAVAILABLE, "AzFailed", f"az ended with status {status}: {text[-300:]}")


def _said(trouble: Trouble, code: str, text: str, *, sent: bool = True) -> CloudError:
    return CloudError(trouble, code, printable(text), sent=sent, remedy="see `cloudops doctor`")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
