"""The SDK hand on AWS: botocore calls, checked against the vendor's model, sent as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jmespath

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.aws import session
from modalities.aws.effects import effect_of
from modalities.aws.errors import unsettled
from modalities.aws.images import choose_image
from modalities.aws.inventory import read
from modalities.aws.model import problems
from modalities.aws.refs import touched
from modalities.aws.sending import Answer, send
from modalities.aws.settled import already_so, changed_nothing
from modalities.aws.traffic import Traffic
from modalities.change import Change
from modalities.contract import Draft, Problem, Support
from modalities.plan import ModalityName
from modalities.receipt import Failure, Outcome, Receipt
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.sdk.fit import support
from modalities.step import Effect, Reversal, Step
from modalities.target import Identity, Target

if TYPE_CHECKING:
    from modalities.prices.table import Prices


class AwsSdk:
    """Implements modalities.contract.Modality and modalities.acting.Acting.

    ``prices`` help to choose a size; the shipped table where none are given.
    """

    name = ModalityName.SDK
    provider = Provider.AWS

    def __init__(self, prices: Prices | None = None) -> None:
        self._given = prices

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    def supports(self, changes: Sequence[Change]) -> Support:
        return support(changes)

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Traffic:
        """What was sent to the target by this process, and what of it was sent again."""
        return session.traffic(target)

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.aws.express.draft import express

        chosen: dict[tuple[str | None, str], Any] = {}

        def pick_image(wanted: str | None, architecture: str) -> Any:
            key = (wanted, architecture)
            if key not in chosen:
                chosen[key] = choose_image(target, wanted, architecture)
            return chosen[key]

        identity = self.identify(target)
        return express(changes, world, target, identity, label, pick_image, self._prices)

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        from modalities.aws.rules import preconditions

        modelled = [problem for step in steps for problem in self._modelled(step)]
        return (*modelled, *preconditions(steps, world))

    def _modelled(self, step: Step) -> Iterator[Problem]:
        """The step's own action and those that would take it back."""
        yield from self.admits(step)
        reversals = step.undo if isinstance(step.undo, tuple) else ()
        for number, reversal in enumerate(reversals):
            yield from _of_reversal(step, number, reversal)

    def admits(self, step: Step) -> tuple[Problem, ...]:
        return (*_admissible(step.id, step.action, step.effect), *_outputs(step))

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return read(target, self.identify(target), kinds)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        refs = (*step.changes, *step.uses)
        scope = refs[0].scope if refs else ""  # a scope that nobody can have claimed
        if not isinstance(step.action, SdkCall):
            return ()
        return touched(step.action, World(Provider.AWS, scope))

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        action = step.action
        if not isinstance(action, SdkCall):
            raise TypeError(f"step {step.id} is no SDK call")
        effect = effect_of(action.service, action.operation)
        if effect is not Effect.READ and not target.writable:
            raise PermissionError(f"{action} changes things, and {target.name} is not writable")
        started = datetime.now(UTC)
        answer = send(target, action, call)
        return Receipt(
            step=step.id,
            outcome=_outcome(action, effect, answer),
            started_at=started,
            finished_at=datetime.now(UTC),
            outputs=_values(step.outputs, answer.body) if answer.error is None else {},
            evidence=answer.evidence,
            error=_failure(answer),
        )


def _outcome(action: SdkCall, effect: Effect, answer: Answer) -> Outcome:
    error = answer.error
    if error is None:
        return Outcome.NO_OP if changed_nothing(action, answer.body) else Outcome.DONE
    if already_so(action, error):
        return Outcome.NO_OP
    lost = unsettled(error) and effect is not Effect.READ
    return Outcome.UNKNOWN if lost else Outcome.FAILED


def _failure(answer: Answer) -> Failure | None:
    error = answer.error
    if error is None:
        return None
    return Failure(error.trouble, error.code, error.message, error.remedy)


def _values(outputs: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
    """The step's outputs as JSON; what the answer does not hold is left out."""
    found = {name: jmespath.search(path, body) for name, path in outputs.items()}
    return {k: json.loads(json.dumps(v, default=str)) for k, v in found.items() if v is not None}


def _admissible(step: str, action: object, declared: Effect) -> Iterator[Problem]:
    if not isinstance(action, SdkCall):
        yield Problem(step, "action", "is no SDK call")
        return
    yield from problems(action, step)
    effect = effect_of(action.service, action.operation)
    understated = declared is Effect.READ and effect is not Effect.READ
    if understated or (effect is Effect.DELETE and declared in (Effect.CREATE, Effect.UPDATE)):
        yield Problem(step, "effect", f"is {declared}, but {action} is a {effect}")


def _outputs(step: Step) -> Iterator[Problem]:
    for name, path in step.outputs.items():
        try:
            jmespath.compile(path)
        except jmespath.exceptions.JMESPathError:
            yield Problem(step.id, f"outputs.{name}", f"{path!r} is no JMESPath expression")


def _of_reversal(step: Step, number: int, reversal: Reversal) -> Iterator[Problem]:
    for problem in _admissible(step.id, reversal.action, reversal.effect):
        path = f"undo[{number}].{problem.path}"
        yield Problem(step.id, path, problem.message, problem.suggestion, problem.blocking)
