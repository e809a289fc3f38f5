"""The CLI hand on Azure: the real ``az``, each command understood before it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modalities.acting import Call
from modalities.action import Action, CliCommand, SdkCall
from modalities.azure import session
from modalities.azure.asking import Wire
from modalities.azure.azcli.parsing import parse
from modalities.azure.azcli.refusal import Refused, Unspeakable
from modalities.azure.azcli.words import command, spoken
from modalities.azure.checking import admitted, checked
from modalities.azure.effects import effect_of_call
from modalities.azure.health import events_in, question
from modalities.azure.inventory import read
from modalities.azure.receipts import Answer, receipt_of, require_leave
from modalities.azure.refs import touched
from modalities.azure.secrets import without_secrets
from modalities.azure.sending import require_own
from modalities.azure.surveying import survey
from modalities.azure.traffic import Traffic
from modalities.azure.trail import ActivityLog
from modalities.change import Change
from modalities.cli.azcli.commanding import Az
from modalities.cli.azcli.parser import Unheard
from modalities.cli.azcli.settling import Late
from modalities.cli.azcli.tool import INSTALL
from modalities.cli.fit import AZURE
from modalities.contract import Draft, Meant, Problem, Rebase, Support, Unsupported
from modalities.health import HealthEvent
from modalities.plan import ModalityName
from modalities.private_keys import kept, place_for_key
from modalities.receipt import CloudError, Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.step import Effect, Step
from modalities.survey import Survey, Told
from modalities.target import Identity, Target
from modalities.trail import Asked, Statement

if TYPE_CHECKING:
    from modalities.prices.table import Prices

LONG_COMMAND = 900.0
"""Seconds; ``az`` waits for the end of what it began."""

AT_A_TIME = 180.0
"""Seconds of lease that it is begun with, and has ahead of it while heartbeats come: so long others
wait for one who died, and nearly so long a state may be away."""


class AzureCli:
    """Implements modalities.contract.Modality and HealthReporter, and modalities.acting.Acting.

    ``prices`` help to choose a size; the shipped table where none are given. ``places`` are
    where ``az`` is looked for; None: PATH, and what ``make tools-azure`` has set up. It looks
    by the same reads as the SDK hand.
    """

    name = ModalityName.CLI
    provider = Provider.AZURE

    def __init__(
        self, prices: Prices | None = None, *, places: Sequence[Path] | None = None
    ) -> None:
        self._given = prices
        self._az = Az(places)
        self._trail = ActivityLog()

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    def supports(self, changes: Sequence[Change]) -> Support:
        if not self._az.might_be():
            return Support(0.0, f"there is no az: {INSTALL}", lacking=True)
        if not session.installed():
            return Support(0.0, "it reads by the Azure SDK, which is not installed", lacking=True)
        return AZURE.of(changes)

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Traffic:
        """What was sent to the target by this process: a command counts as one request."""
        return session.traffic(target)

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.azure.express.draft import express
        from modalities.azure.images import images
        from modalities.azure.offering import offered

        with suppress(Unheard, CloudError):
            self._az.parser.begin()  # does its imports while we look
        pick_image = images(offered(target))
        identity = self.identify(target)
        draft = express(changes, world, target, identity, label, pick_image, self._prices)
        steps = tuple(_as_command(step) for step in draft.steps)
        return replace(draft, steps=steps, defaults=(*draft.defaults, *_by_rest(steps)))

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        refused = [problem for step in steps for problem in _refused(step)]
        if refused:
            return tuple(refused)
        problems = checked([_as_call(step) for step in steps], world)
        return (*problems, *self._said_by_az(steps))

    def _said_by_az(self, steps: Sequence[Step]) -> Iterator[Problem]:
        """What az's own parser has against commands; nothing of them runs."""
        for step in steps:
            for path, action in _actions(step):
                argv = action.argv if isinstance(action, CliCommand) else ()
                try:
                    said = self._az.parser.refusal(spoken(argv))
                except (Unheard, CloudError) as error:
                    why = f"az's own parser was not asked: {error}"
                    yield Problem(step.id, f"{path}argv", why, blocking=False)
                    return
                if said:
                    yield Problem(step.id, f"{path}argv", f"az does not take it: {said}")

    def admits(self, step: Step) -> tuple[Problem, ...]:
        try:
            return admitted(replace(step, action=_call(step.action)))
        except Refused as refusal:
            return (_problem(step, refusal),)

    def rebasing(self, target: Target, meant: Meant) -> Rebase:
        from modalities.azure.express.looking import at
        from modalities.azure.rebasing import Rebasing
        from modalities.rebasing import by_calls

        return by_calls(Rebasing(self.identify(target).scope, at(target)), meant, _command)

    def meant(self, step: Step) -> tuple[Step, ...]:
        try:
            return (_as_call(step),)
        except Refused as refusal:
            raise Unsupported(f"step {step.id}: {refusal}") from refusal

    def takes(self, step: Step) -> float:  # noqa: ARG002 - each may wait for the cloud
        return LONG_COMMAND

    def writes(self, step: Step) -> float:  # noqa: ARG002 - none can be told from another
        return AT_A_TIME

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return read(target, self.identify(target), kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self.read(target, kinds)

    def health(self, target: Target, region: str | None = None) -> tuple[HealthEvent, ...]:
        """By ``az rest``: no command of az's own tells it. Raises CloudError."""
        page = self._az.send(question(), target, target.timeout)
        rest = Wire(target).following(str(page.get("nextLink") or ""))
        return events_in((*(page.get("value") or ()), *rest), region)

    def survey(self, target: Target, told: Told) -> Survey:
        return survey(target, self.identify(target), told)

    def statement(
        self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
    ) -> Statement:
        return self._trail.statement(target, asked, told)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        refs = (*step.changes, *step.uses)
        scope = refs[0].scope if refs else ""  # a scope that nobody can have claimed
        try:
            return touched(_call(step.action), World(Provider.AZURE, scope))
        except Refused:
            return ()

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        started = datetime.now(UTC)
        try:
            action = _call(step.action)
        except Refused as refusal:
            failure = Failure(Trouble.INVALID, "Refused", str(refusal), refusal.suggestion)
            now = datetime.now(UTC)
            return Receipt(
                step=step.id,
                outcome=Outcome.FAILED,
                started_at=started,
                finished_at=now,
                error=failure,
            )
        require_leave(action, target)
        answer = self._done(action, target, call)
        return receipt_of(step, action, answer, started, target.resource_group or "")

    def _done(self, action: SdkCall, target: Target, call: Call) -> Answer:
        evidence: dict[str, Any] = {"attempts": 1}
        try:
            require_own(action, target)
            evidence["tool"] = f"azure-cli/{self._az.tool.version}"
            with place_for_key(target, action, call) as place:
                body = self._az.send(action, target, call.left, lambda: call.covered)
                if place is not None and isinstance(body, Mapping):
                    evidence |= kept(place, str(body.get("privateKey", "")))
            return Answer(without_secrets(body), evidence)
        except CloudError as error:
            if error.trouble is Trouble.AUTH:
                session.forget()
            if isinstance(error, Late) and effect_of_call(action) is not Effect.DELETE:
                evidence["partial"] = True
            return Answer({}, evidence, error)


def _as_call(step: Step) -> Step:
    """The step with the calls that its commands mean. Raises Refused."""
    undo = step.undo
    if isinstance(undo, tuple):
        undo = tuple(replace(each, action=_call(each.action)) for each in undo)
    return replace(step, action=_call(step.action), undo=undo)


def _call(action: Action) -> SdkCall:
    """The call that a command means. Raises Refused."""
    if not isinstance(action, CliCommand):
        raise Refused("action", "is no command")
    return parse(action.argv)


def _refused(step: Step) -> Iterator[Problem]:
    """What is no command of ``az`` as we understand it, in the step and in its undo."""
    for path, action in _actions(step):
        try:
            _call(action)
        except Refused as refusal:
            yield _problem(step, refusal, path)


def _by_rest(steps: Sequence[Step]) -> Iterator[str]:
    """Said of what no command of az's own expresses."""
    argvs = [step.action.argv for step in steps if isinstance(step.action, CliCommand)]
    count = sum(argv[1] == "rest" for argv in argvs)
    if count:
        yield f"az rest: {count} of {len(steps)} steps, which no other command of az says exactly"


def _actions(step: Step) -> Iterator[tuple[str, Action]]:
    """The step's own and those that take it back, each after what its path begins with."""
    yield "", step.action
    if isinstance(step.undo, tuple):
        yield from ((f"undo[{n}].", reversal.action) for n, reversal in enumerate(step.undo))


def _as_command(step: Step) -> Step:
    """The step and what takes it back by commands. Raises Unsupported."""
    undo = step.undo
    if isinstance(undo, tuple):
        undo = tuple(replace(each, action=_command(each.action)) for each in undo)
    return replace(step, action=_command(step.action), undo=undo)


def _command(action: Action) -> CliCommand:
    if not isinstance(action, SdkCall):
        raise Unsupported(f"{action} is no call of Azure's API")
    try:
        return command(action)
    except Unspeakable as error:
        raise Unsupported(str(error)) from error


def _problem(step: Step, refusal: Refused, prefix: str = "") -> Problem:
    return Problem(step.id, prefix + refusal.path, refusal.message, refusal.suggestion)
