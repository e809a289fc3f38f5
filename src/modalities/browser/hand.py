"""The browser hand: a cloud's web console, by learned workflows, behind a gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modalities.acting import Call
from modalities.action import BrowserScript, SdkCall
from modalities.browser import addresses, observing, pages, speaking
from modalities.browser.access import OpenConsole
from modalities.browser.applying import Doing
from modalities.browser.confirming import Confirmation
from modalities.browser.expressing import Expressing, Improvise
from modalities.browser.filling import rendered
from modalities.browser.fit import BROWSER
from modalities.browser.library import Library
from modalities.browser.vendor import Vendor
from modalities.browser.visits import Visits
from modalities.browser.workflow import OWN
from modalities.change import Change
from modalities.contract import Draft, Problem, Support, Traffic, Unsupported
from modalities.health import HealthEvent
from modalities.look import Look
from modalities.plan import ModalityName
from modalities.receipt import Receipt
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Step
from modalities.target import Identity, Realm, Target

if TYPE_CHECKING:
    from modalities.browser.lawful import PilotOf
    from modalities.prices.table import Prices

START = 20.0
"""Seconds to start a browser, sign in and open a page."""

ONE_ACTION = 2.0

SETTLING = 30.0
"""Seconds until what a console was asked for shows in the cloud."""


class ConsoleHand:
    """One cloud's console. Implements modalities.contract.Modality, Teller and Portal, and
    modalities.acting.Acting.

    ``open_console`` gives the way into a target's console. ``evidence`` is a directory for
    screenshots, ``workflows`` a person's own learned workflows; ``shipped`` False leaves out
    those that come with cloudops. ``pilot_of`` gives who decides on pages that nobody knows, for
    :meth:`explored` alone. :meth:`close` ends the browser. Subclasses say which cloud.
    """

    name = ModalityName.BROWSER
    provider: Provider
    console: str
    """The names of its pages and workflows among the files here."""
    vendor: Vendor

    def __init__(
        self,
        open_console: OpenConsole,
        prices: Prices | None = None,
        *,
        evidence: Path | None = None,
        headed: bool = False,
        workflows: Path | None = None,
        shipped: bool = True,
        pilot_of: PilotOf | None = None,
    ) -> None:
        self._pilot_of = pilot_of
        self._given = prices
        self._pages = pages.load(self.console)
        self._visits = Visits(open_console, evidence, headed=headed, entrance=self._pages.sign_in)
        self._library = Library(workflows, shipped=shipped, console=self.console)
        self._addresses = addresses.load(self.console)

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
        return self.vendor.identify(target)

    def traffic(self, target: Target) -> Traffic:
        """What was asked of the target's API by this process."""
        return self.vendor.traffic(target)

    @property
    def batches(self) -> int:
        return self._visits.batches

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        identity = self.identify(target)
        draft = self.vendor.drafted(changes, world, target, label, lambda: self._prices)
        telling = self._telling(world, identity.region or target.region)
        telling.improvise = self._improviser(target)
        return telling.draft(draft)

    def _telling(self, world: World, region: str) -> Expressing:
        return Expressing(
            world=world,
            region=region,
            library=self._library,
            addresses=self._addresses,
            vendor=self.vendor,
        )

    @property
    def may_explore(self) -> bool:
        """Whether there is anybody to find out what nobody knows."""
        return False

    def explored(
        self,
        changes: Sequence[Change],
        world: World,
        target: Target,
        said: str,
        over: Callable[[], bool],
        heard: Callable[[str], None],
    ) -> tuple[str, ...]:
        """As modalities.contract.Explorer. Nothing is sent: the gate is shut."""
        from modalities.browser.flying import Flying

        if self._pilot_of is None or target.realm is not Realm.SANDBOX:
            raise Unsupported("nobody explores pages here")
        identity = self.identify(target)
        region = identity.region or target.region
        draft = self.vendor.drafted(changes, world, target, "explored", lambda: self._prices)
        telling = self._telling(world, region)
        found: list[str] = []
        try:
            for step in telling.lacking(draft):
                with self._visits.at(target) as visit:
                    flying = Flying(
                        visit=visit,
                        pilot_of=self._pilot_of,
                        region=region,
                        reads=self._pages.reads,
                        over=over,
                        heard=heard,
                    )
                    effect = self._effect_of(step)
                    workflow = flying.workflow(step, telling.told(step).resource, effect, said)
                    found.append(self._library.try_out(workflow))
        except BaseException:
            self.settled(found, good=False)
            raise
        return tuple(found)

    def settled(self, learned: Sequence[str], *, good: bool) -> None:
        """As modalities.contract.Explorer."""
        for name in learned:
            self._library.settle(name, good=good)

    def _effect_of(self, step: Step) -> Effect:
        action = step.action
        return (
            self.vendor.effect_of(action, step.effect)
            if isinstance(action, SdkCall)
            else step.effect
        )

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        wrong = tuple(problem for step in steps for problem in speaking.problems(step))
        if wrong:
            return wrong
        try:
            calls = [call for step in steps for call in speaking.judged(step, self.vendor)]
        except Unsupported as error:
            return (Problem(steps[0].id, "meaning", str(error)),)
        return tuple(speaking.of_step(problem) for problem in self.vendor.checked(calls, world))

    def admits(self, step: Step) -> tuple[Problem, ...]:
        wrong = tuple(speaking.problems(step))
        if wrong:
            return wrong
        calls = speaking.meant(step, self.vendor)
        return tuple(
            speaking.of_step(problem) for call in calls for problem in self.vendor.admitted(call)
        )

    def meant(self, step: Step) -> tuple[Step, ...]:
        return speaking.meant(step, self.vendor)

    def takes(self, step: Step) -> float:
        actions = len(step.action.actions) if isinstance(step.action, BrowserScript) else 0
        return START + ONE_ACTION * actions + SETTLING

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self.vendor.read(target, kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        with self._visits.at(target) as visit:
            identity = self.identify(target)
            return observing.observed(visit, self._addresses, self._pages, identity, kinds)

    def health(self, target: Target, region: str | None = None) -> tuple[HealthEvent, ...]:
        with self._visits.at(target) as visit:
            return observing.health(visit, self._addresses, self._pages, target.region, region)

    def told(self, step: Step, made: Resource, read: Callable[[Kind], World]) -> Mapping[str, Any]:
        """As modalities.contract.Teller."""
        script = step.action
        if not isinstance(script, BrowserScript) or not script.actions:
            return {}
        confirmation = Confirmation.of(rendered(script.actions[-1]))
        return confirmation.values([*step.outputs], (made,), read)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        refs = (*step.changes, *step.uses)
        scope = refs[0].scope if refs else ""  # a scope that nobody can have claimed
        script = step.action
        if not isinstance(script, BrowserScript):
            return ()
        world = World(self.provider, scope)
        found = (ref for call in script.meaning for ref in self.vendor.touched(call, world))
        return tuple(dict.fromkeys(ref for ref in found if ref.name != OWN))

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        script = step.action
        if not isinstance(script, BrowserScript):
            raise TypeError(f"step {step.id} is no script for a console")
        _require_leave(step, script, target, self.vendor)
        doing = Doing(
            visits=self._visits,
            library=self._library,
            addresses=self._addresses,
            vendor=self.vendor,
            read=self._reader(target, script),
        )
        return doing.apply(step, script, target, call)

    def close(self) -> None:
        """End the browser, where one was started."""
        self._visits.close()

    def _improviser(self, target: Target) -> Improvise | None:  # noqa: ARG002 - where one can
        """What may know how to do a step for which there is no workflow."""
        return None

    def _reader(self, target: Target, script: BrowserScript) -> Callable[[Kind], World]:
        """Of things that no kind names, those that the script's end is about."""

        def read(kind: Kind) -> World:
            if kind is not Kind.OTHER:
                return self.read(target, (kind,))
            expects = script.actions[-1].get("expects") or () if script.actions else ()
            ids = [each["id"] for each in expects if each.get("kind") == Kind.OTHER.value]
            return self.vendor.looked(target, [Look.parse(rendered(id)) for id in ids])

        return read


def _require_leave(step: Step, script: BrowserScript, target: Target, vendor: Vendor) -> None:
    """Raises PermissionError where the script changes things and nobody opened the target."""
    writes = script.mutations or any(
        vendor.effect_of(call, step.effect) is not Effect.READ for call in script.meaning
    )
    if writes and not target.writable:
        raise PermissionError(f"{script} changes things, and {target.name} is not writable")
