"""A call that is repeated has its first answer again, and no second effect: by ClientToken, as
at AWS, and where a client did not hear the answer and sends the very same call again.

The second is kinder than AWS, where a route, say, is there already by then. On a busy machine
an answer of this emulator may not be heard in time, which is nothing that a plan can help; SDKs
number their attempts and name the call that they are of (``amz-sdk-request``,
``amz-sdk-invocation-id``).
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError

from sandbox.aws.overlay.around import Inner

FIRST = "attempt=1;"
KEPT = 64
"""Answers that a client may not have heard."""


def call_action(act: Inner, response: Any) -> Any:
    """For every EC2 operation that takes a token. Kept with the account, so that a copy of the
    cloud knows them and an empty one does not."""
    form = response.querystring
    if _is_read(form):
        return act(response)
    heard = response.ec2_backend.__dict__.setdefault("answers_by_invocation", {})
    invocation = response.headers.get("amz-sdk-invocation-id")
    if invocation in heard and FIRST not in response.headers.get("amz-sdk-request", FIRST):
        return heard[invocation]
    answer = _by_token(act, response, form)
    if invocation and int(answer[0]) < 300:
        heard[invocation] = answer
        for older in list(heard)[:-KEPT]:
            del heard[older]
    return answer


def _by_token(act: Inner, response: Any, form: Any) -> Any:
    token = form.get("ClientToken", [""])[0]
    if not token:
        return act(response)
    answers = response.ec2_backend.__dict__.setdefault("answers_by_token", {})
    asked = tuple(sorted((name, values[0]) for name, values in form.items()))
    key = (form["Action"][0], token)
    if key in answers:
        before, answer = answers[key]
        if before == asked:
            return answer
        return _mismatch(response)
    answer = act(response)
    if int(answer[0]) < 300:
        answers[key] = (asked, answer)
    return answer


def _is_read(form: Any) -> bool:
    return bool(form["Action"][0].startswith("Describe"))


def _mismatch(response: Any) -> Any:
    error = EC2ClientError(
        "IdempotentParameterMismatch",
        "The client token you have provided is associated with a resource that was made with "
        "other parameters.",
    )
    status, headers, body = response.serialized(ActionResult(error))
    return status, {**headers, "status": str(status)}, body
