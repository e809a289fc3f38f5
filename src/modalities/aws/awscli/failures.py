"""What ``aws`` says when it fails, as the exception that it was inside.

Exit statuses tell little and differ between versions (a refusal of AWS is 255 in version 1 and
254 in version 2), so the words decide: they are botocore's own, in both.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import Any

from botocore import exceptions as said
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from modalities.action import SdkCall
from modalities.aws.errors import as_cloud_error
from modalities.aws.unanswered import printable, sign_in
from modalities.receipt import CloudError, Trouble

REFUSAL = re.compile(
    r"An error occurred \((?P<code>[^()]*)\) when calling the (?P<operation>\w+) operation"
    r"(?P<exhausted> \(reached max retries: \d+\))?: (?P<message>.*)",
    re.DOTALL,
)

USAGE = re.compile(
    r"Unknown options:|^aws: error:|aws: \[ERROR\]: An error occurred \(ParamValidation\)"
    r"|Error parsing parameter|Invalid choice|the following arguments are required"
    r"|too few arguments|unrecognized arguments|expected one argument|Invalid JSON",
    re.MULTILINE,
)
"""Said before anything is sent: by the parser of either version."""

NOT_FOUND = (126, 127)
"""What a shell or ``env`` ends with that could not start the program it stands for."""

SHORTEST = 12
"""Letters that must stand fixed in a text before it is looked for."""


def failure(status: int, stderr: bytes, call: SdkCall, profile: str | None) -> CloudError:
    """Why a command with another status than 0 failed; below 0 it is the number of the signal
    that ended it. ``sent`` of the error is False only where the request
    certainly did not arrive."""
    text = stderr.decode("utf-8", "replace").strip()
    refusal = REFUSAL.search(text)
    if refusal is not None and refusal["operation"] != call.operation:
        message = f"no credentials: {printable(refusal[0])}"
        remedy = sign_in(profile)
        return CloudError(Trouble.AUTH, refusal["code"], message, sent=False, remedy=remedy)
    if refusal is not None:
        return as_cloud_error(_refused(refusal, call), service=call.service, profile=profile)
    if status in NOT_FOUND:
        return _unsent("NoAwsCommand", f"aws could not be started: {text}", "see `cloudops doctor`")
    if USAGE.search(text):
        last = text.splitlines()[-1] if text else ""
        why = f"this aws does not know such a command: {last}"
        return _unsent("Usage", why, "another version of aws may; see `cloudops doctor`")
    inside = _inside(text)
    if inside is not None:
        return as_cloud_error(inside, service=call.service, profile=profile)
    return CloudError(
        Trouble.UNAVAILABLE,
        "AwsFailed",
        printable(f"aws ended with {_status(status)}: {text[-300:] or 'it said nothing'}"),
        remedy="run it again; `cloudops doctor` says whether aws works",
    )


def _refused(refusal: re.Match[str], call: SdkCall) -> ClientError:
    """The refusal that AWS sent. Its HTTP status is not shown: a number may stand as the code,
    and a refusal that would be repeated but for its being a write is the server's failure."""
    code = refusal["code"]
    status = int(code) if code.isdigit() and len(code) == 3 else 0
    if not status and refusal["exhausted"]:
        status = 500
    error = {"Code": code, "Message": refusal["message"].strip()}
    metadata = {"HTTPStatusCode": status}
    return ClientError({"Error": error, "ResponseMetadata": metadata}, call.operation)  # type: ignore[typeddict-item]


def _unsent(code: str, message: str, remedy: str) -> CloudError:
    return CloudError(Trouble.INVALID, code, printable(message), sent=False, remedy=remedy)


def _status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def _inside(text: str) -> BotoCoreError | ResponseParserError | None:
    """The exception whose text stands in ``text``; of several the most particular."""
    if "Unable to parse response" in text:
        return ResponseParserError(text)
    for pattern, kind in _texts():
        found = pattern.search(text)
        if found is not None:
            return _made(kind, found.groupdict())
    return None


def _made(kind: type[BotoCoreError], fields: dict[str, Any]) -> BotoCoreError | None:
    try:
        return kind(**fields)
    except (TypeError, KeyError):  # a few build their text otherwise
        return None


@cache
def _texts() -> tuple[tuple[re.Pattern[str], type[BotoCoreError]], ...]:
    """What every exception of botocore says, the longest fixed text first."""
    kinds = [
        kind
        for kind in vars(said).values()
        if isinstance(kind, type) and issubclass(kind, BotoCoreError) and "fmt" in vars(kind)
    ]
    found = []
    for kind in kinds:
        parts = [(text, name) for text, name, _, _ in Formatter().parse(kind.fmt)]
        fixed = sum(len(text) for text, _ in parts)
        if fixed >= SHORTEST and kind is not BotoCoreError:
            found.append((fixed, _pattern(parts), kind))
    return tuple((p, k) for _, p, k in sorted(found, key=lambda each: -each[0]))


def _pattern(parts: list[tuple[str, str | None]]) -> re.Pattern[str]:
    names: set[str] = set()
    written = ""
    for text, name in parts:
        written += re.escape(text)
        if name is not None and name.isidentifier() and name not in names:
            names.add(name)
            written += f"(?P<{name}>.*?)"
        elif name is not None:
            written += ".*?"
    return re.compile(written + r"\s*\Z" if written.endswith("?)") else written, re.DOTALL)
