"""What Azure's clients raise, as typed troubles: what kind of "no", and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from modalities.azure.codes import LOCKED, MOVED, trouble_of
from modalities.receipt import CloudError, Trouble

LONGEST = 400
"""Characters of a text from outside."""

PERMISSION = re.compile(r"perform action '([^']+)'")
SIGN_IN = "sign in: `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
MOST_DETAILS = 3


@contextmanager
def translated() -> Iterator[None]:
    """What a client of Azure raises inside comes out as CloudError."""
    from azure.core.exceptions import AzureError

    try:
        yield
    except AzureError as error:
        raise as_cloud_error(error) from error


def as_cloud_error(exc: Exception) -> CloudError:
    """``exc`` is an AzureError. ``sent`` of the result is False only where the request
    certainly did not arrive."""
    from azure.core import exceptions as said

    match exc:
        case said.ClientAuthenticationError() if exc.response is None or _is_sign_in(exc):
            return _unsigned(exc)
        case said.HttpResponseError() if exc.response is not None:
            return _answered(exc)
        case said.ServiceRequestTimeoutError():
            return _silent(
                exc, Trouble.TIMEOUT, "Azure cannot be reached", "check the network", sent=False
            )
        case said.ServiceRequestError():
            return _silent(
                exc,
                Trouble.UNAVAILABLE,
                f"nothing answers: {printable(str(exc))}",
                "check `endpoint_url` of the target and the network; is the service running?",
                sent=False,
            )
        case said.ServiceResponseTimeoutError():
            return _silent(
                exc,
                Trouble.TIMEOUT,
                "Azure did not answer in time",
                "try again, or give the target a longer `timeout`",
            )
        case said.ServiceResponseError() | said.IncompleteReadError():
            return _silent(exc, Trouble.UNAVAILABLE, "the connection broke off", "try again")
        case said.DecodeError():
            return _silent(
                exc,
                Trouble.UNAVAILABLE,
                "the endpoint answered with something that is no answer of Azure's",
                "check endpoint_url: is a resource manager listening there?",
            )
    return CloudError(Trouble.INVALID, type(exc).__name__, printable(str(exc)))


def unsettled(error: CloudError) -> bool:
    """Whether a write that ended like this may have taken effect."""
    return error.sent and error.trouble in (Trouble.UNAVAILABLE, Trouble.TIMEOUT)


def refusal(status: int, body: Any) -> CloudError:
    """The error that a body tells, in ARM's envelope or without it."""
    told = body.get("error", body) if isinstance(body, Mapping) else {}
    told = _inner(told) if isinstance(told, Mapping) else {}
    code = str(told.get("code") or status)
    text = str(told.get("message") or f"the endpoint answered HTTP {status}")
    if text.lstrip().startswith("<"):  # a web page of something in between
        text = f"the endpoint failed with HTTP {status}"
    trouble = trouble_of(code, text, status)
    found = PERMISSION.search(text)
    if trouble is Trouble.PERMISSION and found:
        text = f"no permission for {found[1]}: {text}"
    remedy = _remedy(trouble, code, found[1] if found else "")
    return CloudError(trouble, printable(code), printable(text), remedy=remedy)


def _inner(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a deployment, or of several at once, what failed; that something did says nothing."""
    details = told.get("details")
    general = str(told.get("code")) in ("DeploymentFailed", "MultipleErrorsOccurred")
    if general and isinstance(details, list) and details and isinstance(details[0], Mapping):
        return details[0]
    return told


def _answered(exc: Any) -> CloudError:
    response = exc.response
    try:
        body = response.json() if hasattr(response, "json") else None
    except Exception:  # noqa: BLE001 - whatever a library says of a body that is not JSON
        body = None
    return refusal(int(response.status_code), body if body is not None else exc.model)


def _is_sign_in(exc: Any) -> bool:
    """A refusal of the place to sign in, not of the resource manager."""
    return "/oauth2/" in str(getattr(exc.response.request, "url", ""))


def _unsigned(exc: Exception) -> CloudError:
    first = str(exc).strip().splitlines() or [type(exc).__name__]
    return CloudError(
        Trouble.AUTH,
        type(exc).__name__,
        f"no way to sign in to Azure: {printable(first[0])}",
        sent=False,
        remedy=SIGN_IN,
    )


def _silent(
    exc: Exception, trouble: Trouble, text: str, remedy: str, *, sent: bool = True
) -> CloudError:
    return CloudError(trouble, type(exc).__name__, text, sent=sent, remedy=remedy)


def _remedy(trouble: Trouble, code: str, permission: str) -> str:
    match trouble:
        case Trouble.AUTH:
            return SIGN_IN
        case Trouble.PERMISSION if code.startswith("RequestDisallowedBy"):
            return "a policy of the subscription forbids it: ask its owner"
        case Trouble.PERMISSION:
            return f"ask for {permission or 'the permission'}, or sign in as somebody else"
        case Trouble.QUOTA:
            return "delete what is not needed, or ask Azure for a higher quota"
        case Trouble.CAPACITY:
            return "use another size, zone or region; the same call again does not help"
        case Trouble.THROTTLED:
            return "Azure limits how often it is called: try again in a minute"
        case Trouble.UNAVAILABLE:
            return "try again later; https://azure.status.microsoft shows known outages"
        case Trouble.NOT_EMULATED:
            return "this works on a real target only"
        case Trouble.DEPENDENCY:
            return "remove what still uses it first"
        case Trouble.CONFLICT if LOCKED.search(code):
            return "a lock forbids it: remove the lock first"
        case Trouble.CONFLICT if MOVED.search(code):
            return "it was changed since: ask for what you want; it is planned from what is there"
        case _:
            return ""


def printable(text: str) -> str:
    """A cloud's text on one line, without control characters, of bounded length."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
