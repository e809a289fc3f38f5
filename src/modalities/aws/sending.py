"""One call on the wire, and what AWS answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from math import floor
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.aws.errors import AWS_ERRORS
from modalities.aws.secrets import key_file, without_secrets
from modalities.aws.session import client, refused
from modalities.aws.traffic import noting
from modalities.receipt import CloudError, Trouble
from modalities.target import Realm, Target

LEAST = 0.5
"""Seconds below which it is no use to begin."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` holds no secret. ``error`` where AWS, or the way there, said no."""

    body: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    error: CloudError | None = None


def send(target: Target, action: SdkCall, call: Call) -> Answer:
    """Send a bound call once; the vendor's retries apply as far as they are safe."""
    try:
        with _place_for_key(target, action, call) as place, noting(call.attempts):
            made = client(_in_time(target, call.deadline), action.service)
            response = getattr(made, xform_name(action.operation))(**action.parameters)
            evidence = _evidence(response, call.attempts)
            if place is not None:
                evidence |= _kept(place, response["KeyMaterial"])
            operation = made.meta.service_model.operation_model(action.operation)
            return Answer(without_secrets(operation, response), evidence)
    except AWS_ERRORS as error:
        answered = error.response if isinstance(error, ClientError) else {}
        failure = refused(error, action.service, target)
        return Answer({}, _evidence(answered, call.attempts), failure)


def _in_time(target: Target, deadline: float) -> Target:
    """The target with the time that is left, in whole seconds so that few clients are made."""
    if deadline < LEAST:
        raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)
    if deadline >= target.timeout:
        return target
    return replace(target, timeout=float(floor(deadline)) or LEAST)


@contextmanager
def _place_for_key(target: Target, action: SdkCall, call: Call) -> Iterator[Path | None]:
    """Where the private key of a new key pair goes. On an emulated cloud it opens nothing and
    may be dropped; a real one is not made where it could not be kept."""
    if (action.service, action.operation) != ("ec2", "CreateKeyPair"):
        yield None
    elif call.secrets_dir is not None:
        with ExitStack() as stack:
            try:
                name = str(action.parameters.get("KeyName"))
                place = stack.enter_context(key_file(call.secrets_dir, name))
            except OSError as error:
                raise _cannot_keep(str(error)) from error
            yield place
    elif target.realm is Realm.SANDBOX:
        yield None
    else:
        raise _cannot_keep("no directory for secrets is set")


def _kept(place: Path, key: str) -> dict[str, str]:
    """The key pair is there, whether its key can be written or not."""
    try:
        place.write_text(key, encoding="ascii")
    except OSError as error:
        return {"private_key_lost": str(error)}
    return {"private_key_file": str(place)}


def _cannot_keep(why: str) -> CloudError:
    return CloudError(
        Trouble.INVALID,
        "NoPlaceForKey",
        f"the private key could not be kept: {why}",
        sent=False,
        remedy="import a public key of your own instead, or make room for the key file",
    )


def _evidence(response: Mapping[str, Any], retries: list[str]) -> dict[str, Any]:
    metadata = response.get("ResponseMetadata", {})
    found = {
        "request_id": metadata.get("RequestId") or metadata.get("HostId"),
        "http_status": metadata.get("HTTPStatusCode"),
        "attempts": len(retries) + 1,
        "retries": list(retries),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}
