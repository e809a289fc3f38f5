"""The CLI hand on AWS: the vendor's own ``aws``, each command understood before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jmespath

from modalities.acting import Call
from modalities.action import Action, CliCommand, SdkCall
from modalities.aws.awscli.parsing import parse
from modalities.aws.awscli.refusal import Refused
from modalities.aws.awscli.words import Unspeakable, command
from modalities.aws.checking import admitted, checked
from modalities.aws.connection import Connection
from modalities.aws.express.asked import asked
from modalities.aws.inventory import told
from modalities.aws.loader import service_model
from modalities.aws.receipts import Answer, receipt_of, require_leave
from modalities.aws.refs import touched
from modalities.aws.secrets import without_secrets
from modalities.change import Change
from modalities.cli.awscli.asking import Questions
from modalities.cli.awscli.commanding import Aws, no_answer
from modalities.cli.awscli.tool import INSTALL
from modalities.cli.awscli.traffic import Commands, traffic
from modalities.cli.fit import CLI
from modalities.contract import Draft, Meant, Problem, Rebase, Support, Unsupported
from modalities.plan import ModalityName
from modalities.private_keys import kept, place_for_key
from modalities.receipt import CloudError, Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.step import Reversal, Step
from modalities.target import Identity, Target, place_at

if TYPE_CHECKING:
    from modalities.prices.table import Prices


ONE_COMMAND = 10.0
"""Seconds; version 2 takes one or two to start on a busy machine."""


class AwsCli:
    """Implements modalities.contract.Modality and modalities.acting.Acting.

    ``prices`` help to choose a size; the shipped table where none are given. ``workdir`` is
    the only place whose files a command may name; None: it may name none. ``places`` are
    where ``aws`` is looked for; None: PATH, and what ``make tools`` has set up.
    """

    name = ModalityName.CLI
    provider = Provider.AWS

    def __init__(
        self,
        prices: Prices | None = None,
        *,
        workdir: Path | None = None,
        places: Sequence[Path] | None = None,
    ) -> None:
        self._given = prices
        self._workdir = workdir
        self._aws = Aws(places)
        self._known: dict[Connection, Identity] = {}

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    def supports(self, changes: Sequence[Change]) -> Support:
        if not self._aws.might_be():
            return Support(0.0, f"there is no aws command: {INSTALL}", lacking=True)
        return CLI.of(changes)

    def identify(self, target: Target) -> Identity:
        connection = replace(Connection.to(target), timeout=0.0)
        if connection not in self._known:
            answer = self._sent(SdkCall("sts", "GetCallerIdentity", {}), target)
            self._known[connection] = _identity(answer, target)
        return self._known[connection]

    def traffic(self, target: Target) -> Commands:
        """What was sent to the target by this process, in commands."""
        return traffic(target)

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.aws.express.draft import express

        identity = self.identify(target)
        draft = express(
            changes, world, target, identity, label, asked(self._questions(target)), self._prices
        )
        return replace(draft, steps=tuple(_as_command(step) for step in draft.steps))

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        refused = [problem for step in steps for problem in self._refused(step)]
        if refused:
            return tuple(refused)
        return checked([self._as_call(step) for step in steps], world)

    def admits(self, step: Step) -> tuple[Problem, ...]:
        try:
            return admitted(replace(step, action=self._call(step.action)))
        except Refused as refusal:
            return (_problem(step, refusal),)

    def rebasing(self, target: Target, meant: Meant) -> Rebase:
        from modalities.aws.rebasing import Rebasing
        from modalities.rebasing import by_calls

        return by_calls(Rebasing(self._questions(target)), meant, _command)

    def meant(self, step: Step) -> tuple[Step, ...]:
        try:
            return (self._as_call(step),)
        except Refused as refusal:
            raise Unsupported(f"step {step.id}: {refusal}") from refusal

    def takes(self, step: Step) -> float:  # noqa: ARG002 - one command is like another
        return ONE_COMMAND

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return told(self._questions(target), self.identify(target), kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self.read(target, kinds)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        refs = (*step.changes, *step.uses)
        scope = refs[0].scope if refs else ""  # a scope that nobody can have claimed
        try:
            return touched(self._call(step.action), World(Provider.AWS, scope))
        except Refused:
            return ()

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        started = datetime.now(UTC)
        try:
            action = self._call(step.action)
        except Refused as refusal:
            failure = Failure(Trouble.INVALID, "Refused", str(refusal), refusal.suggestion)
            return Receipt(
                step=step.id,
                outcome=Outcome.FAILED,
                started_at=started,
                finished_at=datetime.now(UTC),
                error=failure,
            )
        require_leave(action, target)
        answer = self._done(action, target, call, step.outputs)
        return receipt_of(step, action, answer, started)

    def _done(
        self, action: SdkCall, target: Target, call: Call, outputs: Mapping[str, str]
    ) -> Answer:
        evidence: dict[str, Any] = {}
        try:
            evidence["tool"] = f"aws-cli/{self._aws.tool.version}"
            with place_for_key(target, action, call) as place:
                body = self._aws.send(action, target, call.left, call.attempts)
                if place is not None:
                    evidence |= kept(place, str(body.get("KeyMaterial", "")))
            if not body and any(jmespath.search(path, {}) is None for path in outputs.values()):
                raise no_answer("aws printed nothing of what was made")
            operation = service_model(action.service).operation_model(action.operation)
            return Answer(without_secrets(operation, body), _attempts(evidence, call))
        except CloudError as error:
            self._forget_if_refused(error)
            return Answer({}, _attempts(evidence, call), error)

    def _sent(self, call: SdkCall, target: Target) -> Mapping[str, Any]:
        return self._questions(target).one(call.service, call.operation, **call.parameters)

    def _questions(self, target: Target) -> Questions:
        return Questions(self._aws, target, lambda: self.identify(target).account)

    def _forget_if_refused(self, error: CloudError) -> None:
        if error.trouble is Trouble.AUTH:
            self._known.clear()

    def _as_call(self, step: Step) -> Step:
        """The step with the calls that its commands mean. Raises Refused."""
        undo = step.undo
        if isinstance(undo, tuple):
            undo = tuple(replace(each, action=self._call(each.action)) for each in undo)
        return replace(step, action=self._call(step.action), undo=undo)

    def _call(self, action: Action) -> SdkCall:
        """The call that a command means. Raises Refused."""
        if not isinstance(action, CliCommand):
            raise Refused("action", "is no command")
        return parse(action.argv, self._workdir)

    def _refused(self, step: Step) -> Iterator[Problem]:
        """What is no command of ``aws`` as we understand it, in the step and in its undo."""
        reversals = step.undo if isinstance(step.undo, tuple) else ()
        paths = [f"undo[{number}]." for number in range(len(reversals))]
        for path, action in zip(
            ("", *paths), (step.action, *(r.action for r in reversals)), strict=True
        ):
            try:
                self._call(action)
            except Refused as refusal:
                yield _problem(step, refusal, path)


def _identity(answer: Mapping[str, Any], target: Target) -> Identity:
    return Identity(
        provider=Provider.AWS,
        account=str(answer["Account"]),
        region=target.region,
        principal=str(answer["Arn"]),
        profile=target.profile,
        endpoint_url=target.endpoint_url,
        place=place_at(target.endpoint_url, target),
    )


def _as_command(step: Step) -> Step:
    """The step and what takes it back by commands. Raises Unsupported."""
    undo = step.undo
    if isinstance(undo, tuple):
        undo = tuple(_reversed_by_command(each) for each in undo)
    return replace(step, action=_command(step.action), undo=undo)


def _reversed_by_command(reversal: Reversal) -> Reversal:
    return replace(reversal, action=_command(reversal.action))


def _command(action: Action) -> CliCommand:
    if not isinstance(action, SdkCall):
        raise Unsupported(f"{action} is no call of AWS's API")
    try:
        return command(action)
    except Unspeakable as error:
        raise Unsupported(str(error)) from error


def _problem(step: Step, refusal: Refused, prefix: str = "") -> Problem:
    return Problem(step.id, prefix + refusal.path, refusal.message, refusal.suggestion)


def _attempts(evidence: Mapping[str, Any], call: Call) -> dict[str, Any]:
    retries = {"retries": list(call.attempts)} if call.attempts else {}
    return {**evidence, "attempts": len(call.attempts) + 1, **retries}
