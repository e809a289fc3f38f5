"""Operations of AWS's own, on a target: expressed, and asked where they only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.action import CliCommand, SdkCall
from modalities.aws.deprecated import deprecated
from modalities.aws.model import problems
from modalities.aws.operating.binding import bound
from modalities.aws.operating.expressing import expressed
from modalities.aws.operating.looking import answered, require_read, seen
from modalities.aws.operating.resolving import resolved
from modalities.change import Operate
from modalities.contract import Draft, Unsupported
from modalities.resource import World
from modalities.step import Effect
from modalities.target import Target

NO_COMMAND = "is a command of awscli's own and no operation of AWS: no hand does it yet"

NO_CALL = SdkCall("", "", {})
"""Keeps the place of what is no call, for references that count them."""


def drafted(
    operations: Sequence[Operate], world: World, target: Target, before: Sequence[Draft]
) -> Draft:
    """The steps of the operations, beside those of ``before``. Raises Unsupported, Unresolved,
    CloudError."""
    drafts = list(before)
    for operation in operations:
        taken = frozenset(step.id for draft in drafts for step in draft.steps)
        operation, told = _resolved(operation, target)
        draft = expressed(operation, world, lambda look: seen(target, world.scope, look), taken)
        drafts.append(replace(draft, defaults=(*told, *draft.defaults)))
    own = drafts[len(before) :]
    steps = [step for draft in own for step in draft.steps]
    if steps and all(step.effect is Effect.READ for step in steps):
        raise Unsupported("it only reads: ask it as a question")
    return Draft(
        tuple(steps),
        tuple(advisory for draft in own for advisory in draft.advisories),
        tuple(text for draft in own for text in draft.defaults),
        tuple({(r.kind, r.id): r for draft in own for r in draft.seen}.values()),
    )


def asked(call: SdkCall | CliCommand, target: Target) -> Mapping[str, Any]:
    """The answer to a call that reads. Raises Unsupported, Unresolved, CloudError."""
    if not isinstance(call, SdkCall):
        raise Unsupported(f"{call} {NO_COMMAND}")
    require_read(call)
    call, _ = resolved(call, lambda question: answered(target, question))
    faults = problems(call, str(call))
    if faults:
        raise Unsupported(" ".join((faults[0].path, faults[0].message, faults[0].suggestion)))
    for word in deprecated(call):
        raise Unsupported(word)
    return answered(target, call)


def _resolved(operation: Operate, target: Target) -> tuple[Operate, tuple[str, ...]]:
    calls: list[SdkCall | CliCommand] = []
    told: list[str] = []
    for call in operation.calls:
        if isinstance(call, SdkCall):
            before = [c if isinstance(c, SdkCall) else NO_CALL for c in calls]
            call, bindings = bound(call, before)
            call, said = resolved(call, lambda question: answered(target, question))
            told += (*bindings, *said)
        calls.append(call)
    return replace(operation, calls=tuple(calls)), tuple(told)
