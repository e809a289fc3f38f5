"""What a plan takes away, seen through the actions and not only through what steps say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modalities.action import SdkCall, outputs_in, payload
from modalities.resource import Resource, World
from modalities.step import Effect, Irreversible, Step
from policies.azure_calls import Verb, azure_call
from policies.azure_losses import NOTHING, REPLACEABLE, Loss, loss_of, makes
from policies.subject import Subject

DESTROYING = re.compile(r"(Delete|Terminate|Release|DeregisterImage|Purge|Destroy)")
"""How operations that remove something begin, in AWS's service models."""

GOING = frozenset({Effect.DELETE, Effect.REPLACE})

HARMLESS = frozenset(
    {
        "DeleteBucketTagging",
        "DeleteNetworkAclEntry",
        "DeleteObjectTagging",
        "DeleteRoute",
        "DeleteRule",
        "DeleteTags",
    }
)
"""Operations that begin so and only change what a resource says or where it leads."""

LOSSY = frozenset(
    {
        "DeleteBucket",
        "DeleteKeyPair",
        "DeleteObject",
        "DeleteObjects",
        "DeleteSnapshot",
        "DeleteVolume",
        "DeregisterImage",
        "ReleaseAddress",
        "TerminateInstances",
    }
)
"""Operations that lose data or an address for good, whatever undo a step claims to have."""


@dataclass(frozen=True, slots=True)
class Destruction:
    """One step that takes away something that the plan did not itself create.

    ``resources`` are those of the world, ``unseen`` names what the world does not show.
    ``irreversible`` says why nothing brings them back; empty where the step has a way.
    """

    step: Step
    resources: tuple[Resource, ...]
    unseen: tuple[str, ...]
    replaced: bool
    irreversible: str

    @property
    def names(self) -> tuple[str, ...]:
        return (*(str(r.ref) for r in self.resources), *self.unseen)


def destructions(subject: Subject) -> tuple[Destruction, ...]:
    """Every destruction of the plan, in its order."""
    steps = subject.plan.steps
    return tuple(d for step in steps if (d := _destruction(step, steps, subject.world)))


def _destruction(step: Step, steps: tuple[Step, ...], world: World) -> Destruction | None:
    if azure_call(step) is not None:
        return _on_azure(step, steps, world)
    if not destroys(step):
        return None
    resources = _named_by(step, world)
    if not resources and _own(step, steps):
        return None
    seen = {ref for r in resources for ref in r.refs()}
    return Destruction(
        step=step,
        resources=resources,
        unseen=tuple(str(ref) for ref in step.changes if not resources and ref not in seen),
        replaced=step.effect is Effect.REPLACE and _made_again(step, steps),
        irreversible=_irreversible(step),
    )


def _on_azure(step: Step, steps: tuple[Step, ...], world: World) -> Destruction | None:
    """What the call takes away, and what the step says that it does."""
    calls = [call for s in steps if (call := azure_call(s)) is not None]
    call = azure_call(step)
    earlier = calls[: calls.index(call)] if call is not None else []
    loss = loss_of(call, world, earlier) if call is not None else NOTHING
    said = _said_gone(step, world)
    resources = loss.resources or said  # of a call that is understood, the rest is held, not lost
    if call is None or not (loss or said or step.effect in GOING):
        return None
    own = call.kind is not None and any(makes(made, call.path) for made in earlier)
    if not resources and (own or _own(step, steps)):
        return None
    names = tuple(str(ref) for ref in step.changes)
    return Destruction(
        step=step,
        resources=resources,
        unseen=() if resources else loss.unseen or names or (str(call),),
        replaced=step.effect is Effect.REPLACE and _all_again(resources, step, steps),
        irreversible=_no_way_back(step, loss),
    )


def _said_gone(step: Step, world: World) -> tuple[Resource, ...]:
    if step.effect not in GOING:
        return ()
    return tuple(r for r in world if set(step.changes).intersection(r.refs()))


def _all_again(resources: tuple[Resource, ...], step: Step, steps: tuple[Step, ...]) -> bool:
    """Whether of all that goes something of the kind comes again, or is nothing by itself."""
    makers = (s for s in steps if s.effect in (Effect.CREATE, Effect.REPLACE) and not _removes(s))
    kinds = {ref.kind for maker in makers for ref in maker.changes}
    return _made_again(step, steps) and all(r.kind in kinds | REPLACEABLE for r in resources)


def _no_way_back(step: Step, loss: Loss) -> str:
    if isinstance(step.undo, Irreversible):
        return step.undo.why
    return loss.why or ("" if step.undo else "the step has no way back")


def destroys(step: Step) -> bool:
    return step.effect in GOING or _removes(step)


def _removes(step: Step) -> bool:
    call = azure_call(step)
    if call is not None:
        return call.verb in (Verb.REMOVE, Verb.UNKNOWN)
    operation = _operation(step)
    return bool(DESTROYING.match(operation)) and operation not in HARMLESS


def _operation(step: Step) -> str:
    return step.action.operation if isinstance(step.action, SdkCall) else ""


def _named_by(step: Step, world: World) -> tuple[Resource, ...]:
    """Resources of the world that the step says it changes or, where its action removes
    something, that the action names by id."""
    said = set(step.changes)
    ids = set(_texts(payload(step.action))) if _removes(step) else set()
    return tuple(r for r in world if said.intersection(r.refs()) or r.id in ids)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _own(step: Step, steps: tuple[Step, ...]) -> bool:
    """It removes what another step of the plan has made, or what a read tells of that: the
    snapshot behind an image."""
    makers = {s.id for s in steps if s.effect is Effect.CREATE}
    told = {s.id for s in steps if s.effect is Effect.READ and _only_of(s, makers)}
    return _only_of(step, makers | told)


def _only_of(step: Step, makers: set[str]) -> bool:
    outputs = tuple(outputs_in(payload(step.action)))
    return bool(outputs) and all(o.step in makers for o in outputs)


def _made_again(step: Step, steps: tuple[Step, ...]) -> bool:
    """A replacement is one only if something of the kind comes in its place."""
    if not _removes(step):
        return True
    kinds = {ref.kind for ref in step.changes}
    makers = (s for s in steps if s.effect in (Effect.CREATE, Effect.REPLACE) and not _removes(s))
    return any(ref.kind in kinds for s in makers for ref in s.changes)


def _irreversible(step: Step) -> str:
    if isinstance(step.undo, Irreversible):
        return step.undo.why
    if _operation(step) in LOSSY:
        return "what it held is lost, whatever is made again in its place"
    if not step.undo:
        return "the step has no way back"
    return ""
