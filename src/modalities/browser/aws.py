"""The browser hand on AWS: its web console, by learned workflows, behind a gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from modalities.acting import Call
from modalities.action import BrowserScript
from modalities.aws import session
from modalities.aws.asking import Wire
from modalities.aws.checking import admitted, checked
from modalities.aws.effects import effect_of
from modalities.aws.images import images
from modalities.aws.inventory import read
from modalities.aws.refs import touched
from modalities.aws.traffic import Traffic
from modalities.browser import addresses, observing, pages, speaking
from modalities.browser.access import OpenConsole
from modalities.browser.applying import Doing
from modalities.browser.expressing import Expressing
from modalities.browser.fit import BROWSER
from modalities.browser.improvising import Improvising
from modalities.browser.library import Library
from modalities.browser.recording import recorded
from modalities.browser.visits import Visits
from modalities.browser.workflow import OWN, Workflow
from modalities.change import Change
from modalities.contract import Draft, Problem, Support, Unsupported
from modalities.health import HealthEvent
from modalities.plan import ModalityName
from modalities.receipt import Receipt
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.step import Effect, Step
from modalities.target import Identity, Target

if TYPE_CHECKING:
    from modalities.prices.table import Prices

START = 20.0
"""Seconds to start a browser, sign in and open a page."""

ONE_ACTION = 2.0

SETTLING = 30.0
"""Seconds until what a console was asked for shows in the cloud."""


class AwsBrowser:
    """Implements modalities.contract.Modality and Portal, and modalities.acting.Acting.

    ``open_console`` gives the way into a target's console. ``evidence`` is a directory for
    screenshots, ``workflows`` a person's own learned workflows; ``shipped`` False leaves out
    those that come with cloudops. :meth:`close` ends the browser.
    """

    name = ModalityName.BROWSER
    provider = Provider.AWS

    def __init__(
        self,
        open_console: OpenConsole,
        prices: Prices | None = None,
        *,
        evidence: Path | None = None,
        headed: bool = False,
        workflows: Path | None = None,
        shipped: bool = True,
    ) -> None:
        self._given = prices
        self._pages = pages.load()
        self._visits = Visits(open_console, evidence, headed=headed, entrance=self._pages.sign_in)
        self._library = Library(workflows, shipped=shipped)
        self._addresses = addresses.load()

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    def supports(self, changes: Sequence[Change]) -> Support:
        from modalities.browser.driver.finding import INSTALL, candidates

        if not candidates():
            return Support(0.0, f"there is no browser: {INSTALL}", lacking=True)
        return BROWSER.of(changes)

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Traffic:
        """What was asked of the target's API by this process."""
        return session.traffic(target)

    @property
    def batches(self) -> int:
        return self._visits.batches

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.aws.express.draft import express

        pick_image = images(Wire(target))
        identity = self.identify(target)
        draft = express(changes, world, target, identity, label, pick_image, self._prices)
        told = Expressing(
            world=world,
            region=identity.region or target.region,
            library=self._library,
            addresses=self._addresses,
            improvise=lambda step: self._improvised(step, target),
        )
        return told.draft(draft)

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        wrong = tuple(problem for step in steps for problem in speaking.problems(step))
        if wrong:
            return wrong
        try:
            calls = [call for step in steps for call in speaking.judged(step)]
        except Unsupported as error:
            return (Problem(steps[0].id, "meaning", str(error)),)
        return tuple(speaking.of_step(problem) for problem in checked(calls, world))

    def admits(self, step: Step) -> tuple[Problem, ...]:
        wrong = tuple(speaking.problems(step))
        if wrong:
            return wrong
        calls = speaking.meant(step)
        return tuple(speaking.of_step(problem) for call in calls for problem in admitted(call))

    def meant(self, step: Step) -> tuple[Step, ...]:
        return speaking.meant(step)

    def takes(self, step: Step) -> float:
        actions = len(step.action.actions) if isinstance(step.action, BrowserScript) else 0
        return START + ONE_ACTION * actions + SETTLING

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return read(target, self.identify(target), kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        with self._visits.at(target) as visit:
            identity = self.identify(target)
            return observing.observed(visit, self._addresses, self._pages, identity, kinds)

    def health(self, target: Target, region: str | None = None) -> tuple[HealthEvent, ...]:
        with self._visits.at(target) as visit:
            return observing.health(visit, self._addresses, self._pages, target.region, region)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        refs = (*step.changes, *step.uses)
        scope = refs[0].scope if refs else ""  # a scope that nobody can have claimed
        script = step.action
        if not isinstance(script, BrowserScript):
            return ()
        world = World(Provider.AWS, scope)
        found = (ref for call in script.meaning for ref in touched(call, world))
        return tuple(dict.fromkeys(ref for ref in found if ref.name != OWN))

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        script = step.action
        if not isinstance(script, BrowserScript):
            raise TypeError(f"step {step.id} is no script for a console")
        _require_leave(script, target)
        doing = Doing(
            visits=self._visits,
            library=self._library,
            addresses=self._addresses,
            read=self._reader(target),
        )
        return doing.apply(step, script, target, call)

    def record(
        self, target: Target, name: str, call: str, until: Callable[[], bool]
    ) -> tuple[Workflow, Path | None]:
        """Watch what is done in the console until it is said to be over, and keep it as a
        workflow for ``call`` (``ec2:CreateVolume``). Everything that is done there is really
        done. Raises Unsupported, CloudError."""
        with self._visits.at(target) as visit:
            workflow = recorded(visit, name, call, self._pages.reads, until)
            return workflow, self._library.keep(workflow)

    def close(self) -> None:
        """End the browser, where one was started."""
        self._visits.close()

    def _improvised(self, step: Step, target: Target) -> Step:
        """Raises Unsupported, CloudError."""
        with self._visits.at(target) as visit:
            return Improvising(visit, self._pages.reads).step(step)

    def _reader(self, target: Target) -> Callable[[Kind], World]:
        return lambda kind: self.read(target, (kind,))


def _require_leave(script: BrowserScript, target: Target) -> None:
    """Raises PermissionError where the script changes things and nobody opened the target."""
    writes = script.mutations or any(
        effect_of(call.service, call.operation) is not Effect.READ for call in script.meaning
    )
    if writes and not target.writable:
        raise PermissionError(f"{script} changes things, and {target.name} is not writable")
