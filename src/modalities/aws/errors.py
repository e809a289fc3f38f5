"""botocore's exceptions as typed troubles: what kind of "no", and what to do about it."""

from __future__ import annotations

import re
from typing import TypeAlias

from botocore import exceptions as said
from botocore.parsers import ResponseParserError

from modalities.aws.codes import SETTLING_TEXT, trouble_of
from modalities.aws.unanswered import printable, sign_in, unanswered
from modalities.receipt import CloudError, Trouble

AwsError: TypeAlias = said.BotoCoreError | said.ClientError | ResponseParserError | CloudError

AWS_ERRORS: tuple[type[Exception], ...] = (
    said.BotoCoreError,
    said.ClientError,
    ResponseParserError,
    CloudError,
)
"""All that a botocore client may raise for what a cloud, or the way to it, says."""

ACTION = re.compile(r"perform:? ([a-z0-9-]+:[A-Za-z*]+)")
ENCODED = re.compile(r"\s*Encoded authorization failure message:.*", re.DOTALL)


def as_cloud_error(exc: Exception, *, service: str = "", profile: str | None = None) -> CloudError:
    """``exc``, one of :data:`AWS_ERRORS`, as a CloudError.

    ``service`` (``ec2``) helps to name a missing permission, ``profile`` how to sign in.
    ``sent`` of the result is False only where the request certainly did not arrive.
    """
    match exc:
        case CloudError():
            return exc
        case said.ClientError():
            return _answered(exc, service, profile)
        case ResponseParserError():
            return CloudError(
                Trouble.UNAVAILABLE,
                "NotAnAnswer",
                "the endpoint answered with something that is no AWS response",
                remedy="check endpoint_url: is an AWS-compatible service listening there?",
            )
        case said.BotoCoreError():
            return unanswered(exc, profile)
    raise TypeError(f"not an AWS error: {exc!r}") from exc


def unsettled(error: CloudError) -> bool:
    """Whether a write that ended like this may have taken effect."""
    return error.sent and error.trouble in (Trouble.UNAVAILABLE, Trouble.TIMEOUT)


def _answered(exc: said.ClientError, service: str, profile: str | None) -> CloudError:
    error = exc.response.get("Error", {})
    code = str(error.get("Code") or "Unknown")
    text = ENCODED.sub("", str(error.get("Message") or code))
    status = int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if text.lstrip().startswith("<"):  # a web page of something in between
        text = f"the endpoint failed with HTTP {status}"
    trouble = trouble_of(code, text, status, exc.operation_name)
    remedy = _remedy(trouble, code, text, _permission(text, service, exc), profile)
    if trouble is Trouble.PERMISSION:
        text = f"no permission for {_permission(text, service, exc)}: {text}"
    return CloudError(trouble, printable(code), printable(text), remedy=remedy)


def _permission(text: str, service: str, exc: said.ClientError) -> str:
    named = ACTION.search(text)
    if named:
        return named[1]
    prefix = {"elbv2": "elasticloadbalancing"}.get(service, service)
    action = {"ListBuckets": "ListAllMyBuckets", "HeadBucket": "ListBucket"}.get(
        exc.operation_name, exc.operation_name
    )
    return f"{prefix}:{action}" if prefix else action


def _remedy(trouble: Trouble, code: str, text: str, permission: str, profile: str | None) -> str:
    match trouble:
        case Trouble.AUTH if "Time" in code or code == "RequestExpired":
            return "check this machine's clock; it must be within 5 minutes of the real time"
        case Trouble.AUTH:
            return sign_in(profile)
        case Trouble.PERMISSION:
            return f"ask for the permission {permission}, or use another profile"
        case Trouble.QUOTA:
            return "delete what is not needed, or ask AWS for a higher quota (Service Quotas)"
        case Trouble.CAPACITY:
            return "use another zone or size; the same call again does not help"
        case Trouble.THROTTLED:
            return "AWS limits how often it is called: try again in a minute"
        case Trouble.UNAVAILABLE:
            return "try again later; https://health.aws.amazon.com shows known outages"
        case Trouble.NOT_EMULATED:
            return "this works on a real target only"
        case Trouble.DEPENDENCY:
            return "remove what still uses it first"
        case Trouble.INVALID if "not supported in your requested Availability Zone" in text:
            return "use another zone or size"
        case Trouble.CONFLICT if SETTLING_TEXT.search(text):
            return "AWS does not see a role made a moment ago: try again in a minute"
        case Trouble.CONFLICT if "disableApiTermination" in text:
            return "turn its termination protection off first"
        case _:
            return ""
