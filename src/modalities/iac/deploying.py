"""One deployment: asked beforehand, compared with what was approved, sent, waited for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from modalities.acting import Call
from modalities.action import IacChange, SdkCall
from modalities.azure import session
from modalities.azure.receipts import Answer
from modalities.azure.sending import send
from modalities.azure.templates import preview
from modalities.azure.templates.meaning import SUFFIX, described
from modalities.azure.templates.writing import Described
from modalities.iac.comparing import differences
from modalities.receipt import CloudError, Trouble
from modalities.target import Target

SERVICE = "resource-deployments"
WHAT_IF = "deployments.begin_what_if"
DEPLOY = "deployments.begin_create_or_update"

LOOKING = 120.0
"""Seconds that what-if may take: it reads all that the template names."""

MOST_SAID = 5


def call_of(operation: str, target: Target, name: str, text: str | None = None) -> SdkCall:
    """Mode Incremental, and no other: what a template does not name stays as it is."""
    parameters: dict[str, Any] = {
        "resourceGroupName": target.resource_group,
        "deploymentName": name,
    }
    if text is not None:
        told = {"mode": "Incremental", "template": json.loads(text), "parameters": {}}
        parameters["body"] = {"properties": told}
    return SdkCall(SERVICE, operation, parameters)


def foreseen(
    target: Target, name: str, text: str, told: Sequence[Described] | None, call: Call | None = None
) -> tuple[Mapping[str, Any], ...]:
    """What would change, as Azure says; ``told`` is what a template of ours describes, None for
    somebody's own. Raises CloudError."""
    asking = call or Call("cloudops-what-if", LOOKING)
    answer = send(target, call_of(WHAT_IF, target, name, text), asking)
    if answer.error is not None:
        raise answer.error
    scope = session.identify(target).scope
    if told is None:
        return preview.of_others(_body(answer), scope)
    return preview.entries(_body(answer), told, scope)


def _body(answer: Answer) -> Mapping[str, Any]:
    body = answer.body if isinstance(answer.body, Mapping) else {}
    if body.get("error"):
        from modalities.azure.errors import refusal

        raise refusal(400, body)
    return body


def deployed(action: IacChange, target: Target, call: Call) -> tuple[SdkCall, Answer]:
    """The call that was sent, or was not: what-if differs from what was approved, or nobody
    could tell it. Then nothing has changed."""
    ((file, text),) = action.files.items()
    name = file.removesuffix(SUFFIX)
    sending = call_of(DEPLOY, target, name, text)
    try:
        _require_approved(action, target, name, text or "", call)
    except CloudError as error:
        return sending, Answer({}, {}, _unsent(error))
    return sending, send(target, sending, call)


def _unsent(error: CloudError) -> CloudError:
    """Nothing of the deployment itself was sent, whatever became of the question."""
    return CloudError(error.trouble, error.code, error.message, sent=False, remedy=error.remedy)


def _require_approved(action: IacChange, target: Target, name: str, text: str, call: Call) -> None:
    """Raises CloudError where Azure would now do something else than was approved."""
    scope = session.identify(target).scope
    told = None if action.unedited else described(action, scope)
    now = foreseen(target, name, text, told, call)
    copy = target.copy_of is not None
    lines = differences(action.changes, now, loose=copy)
    if lines and _begun(target, name, call):
        lines = differences(action.changes, now, fewer=True, loose=copy)
    if lines:
        said = "; ".join(lines[:MOST_SAID])
        raise CloudError(
            Trouble.CONFLICT,
            "PlanMoved",
            f"what-if says something else than was approved: {said}",
            sent=False,
            remedy="make the plan anew",
        )


def _begun(target: Target, name: str, call: Call) -> bool:
    """Whether this very deployment was sent before: part of it may be done."""
    return send(target, call_of("deployments.get", target, name), call).error is None
