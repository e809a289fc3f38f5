"""ClientToken: a call that is repeated has its first answer again, and no second effect."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError

from sandbox.aws.overlay.around import Inner


def call_action(act: Inner, response: Any) -> Any:
    """For every EC2 operation that takes a token. Kept with the account, so that a copy of the
    cloud knows them and an empty one does not."""
    form = response.querystring
    token = form.get("ClientToken", [""])[0]
    if not token or _is_read(form):
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
