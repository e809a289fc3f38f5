"""What the client raised, in our words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cloudops.llm.contract import Trouble
from cloudops.llm.redaction import redacted

QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "quota_exceeded")
LONG = ("context_length_exceeded", "string_above_max_length")
FILTERED = ("content_filter", "content_policy_violation")
DETAIL = 300
"""Characters of an endpoint's own words that are kept."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One call that brought no text. ``billed``: it may have been; ``again``: another try could
    do better, after ``wait`` seconds where the endpoint named them. ``refusing`` is the request's
    parameter that it does not know."""

    trouble: Trouble
    detail: str
    billed: bool = False
    again: bool = False
    wait: float | None = None
    refusing: str = ""


def failed(error: Exception, secrets: Iterable[str]) -> Failed:
    """``error`` is the client's, or the line's below it."""
    import httpx2
    import openai

    from cloudops.llm import line

    cause = error.__cause__ or error
    if isinstance(cause, line.TooMuch):
        return Failed(Trouble.NONSENSE, str(cause), billed=True)
    if isinstance(error, openai.APITimeoutError) or isinstance(cause, httpx2.TimeoutException):
        connecting = isinstance(cause, httpx2.ConnectTimeout)
        return Failed(Trouble.SLOW, "", billed=not connecting)
    if isinstance(error, openai.APIStatusError):
        return _status(error, secrets)
    if isinstance(error, openai.APIConnectionError) or isinstance(cause, httpx2.TransportError):
        sent = not isinstance(cause, httpx2.ConnectError)
        return Failed(Trouble.DOWN, _reason(cause, secrets), billed=sent, again=True)
    if isinstance(error, openai.APIError):
        return _in_stream(error, secrets)
    if isinstance(error, (ValueError, TypeError, AttributeError, LookupError)):
        return Failed(Trouble.NONSENSE, "it does not speak the protocol", billed=True)
    return Failed(Trouble.DOWN, type(error).__name__, billed=True)


def _status(error: object, secrets: Iterable[str]) -> Failed:
    import openai

    assert isinstance(error, openai.APIStatusError)  # noqa: S101 - for the types
    code, status = _code(error), error.status_code
    detail = f"HTTP {status}: {_said(error, secrets)}"
    if code in QUOTA or status == 402:
        return Failed(Trouble.OUT_OF_QUOTA, detail)
    if status == 429:
        wait = _wait(error.response.headers)
        return Failed(Trouble.BUSY, detail, again=True, wait=wait)
    if status >= 500 or status == 408:
        wait = _wait(error.response.headers)
        return Failed(Trouble.DOWN, detail, billed=status != 503, again=True, wait=wait)
    if code in LONG or status == 413:
        return Failed(Trouble.TOO_LONG, detail)
    if code in FILTERED:
        return Failed(Trouble.REFUSED, detail)
    refusing = _refused_part(error) if status in (400, 422) else ""
    return Failed(Trouble.REJECTED, detail, refusing=refusing)


def _in_stream(error: object, secrets: Iterable[str]) -> Failed:
    import openai

    assert isinstance(error, openai.APIError)  # noqa: S101 - for the types
    trouble = Trouble.OUT_OF_QUOTA if _code(error) in QUOTA else Trouble.DOWN
    again = trouble is Trouble.DOWN
    return Failed(trouble, _said(error, secrets), billed=True, again=again)


def _code(error: object) -> str:
    return str(getattr(error, "code", None) or getattr(error, "type", None) or "")


def _refused_part(error: object) -> str:
    """The parameter that an endpoint does not know, which another way of asking leaves out."""
    text = f"{getattr(error, 'param', '')} {getattr(error, 'message', '')}"
    for part in ("response_format", "max_completion_tokens", "stream_options"):
        if part in text:
            return part
    return "response_format" if "json_schema" in text else ""


def _said(error: object, secrets: Iterable[str]) -> str:
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return _line(str(said or getattr(error, "message", "")), secrets)


def _reason(cause: BaseException, secrets: Iterable[str]) -> str:
    return _line(str(cause), secrets) or type(cause).__name__


def _line(text: str, secrets: Iterable[str]) -> str:
    line = " ".join(redacted(text, secrets).split())
    printable = "".join(c for c in line if c.isprintable())
    return printable if len(printable) <= DETAIL else f"{printable[:DETAIL]}..."


def _wait(headers: object) -> float | None:
    """Seconds of ``Retry-After``; a date in it is not heeded."""
    written = getattr(headers, "get", dict[str, str]().get)("retry-after")
    try:
        return max(0.0, float(written or ""))
    except ValueError:
        return None
