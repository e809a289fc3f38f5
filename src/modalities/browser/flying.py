"""A step that no workflow knows, found out on pages by somebody who decides: in a copy, behind a
gate that lets nothing out.

The flight ends with what a page would have sent. That is held against the call that is wanted,
distilled to a workflow (distilling.py), and the workflow replayed before it is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modalities.action import BrowserScript, SdkCall, outputs_in
from modalities.browser import leaves
from modalities.browser.approving import Approved
from modalities.browser.distilling import Flown, lasting, steps_of, texts, workflow_of
from modalities.browser.driver.contract import Mutation
from modalities.browser.driver.pilot import Bounds, Flight, fly
from modalities.browser.facts import spoken, words_of
from modalities.browser.lawful import Class, Lawful, PilotOf, Rules, class_of, pressed_by
from modalities.browser.leaves import Leaf
from modalities.browser.replaying import Replay
from modalities.browser.visits import Visit
from modalities.browser.workflow import Workflow
from modalities.contract import Unsupported
from modalities.step import Effect, Step

FLIGHTS = 4
"""Each begins on the console's first page: what one did wrong does not stand in the way."""

GIVEN_UP = 2
"""Flights that end without anything that was held or stuck: who gives up twice will again."""

BOUNDS = Bounds(decisions=24, actions=80, seconds=600.0)
"""Of one flight."""

DESTROYING = (Effect.DELETE, Effect.REPLACE)

TRUE = frozenset({"true", "on", "yes", "1", "enabled"})
"""How forms say that a box is ticked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flying:
    """``pilot_of`` gives who decides, ``reads`` are requests that are known to change nothing,
    ``over`` tells that the time is over, ``heard`` takes a line for people."""

    visit: Visit
    pilot_of: PilotOf
    region: str
    reads: Sequence[str] = ()
    over: Callable[[], bool] = lambda: False
    heard: Callable[[str], None] = lambda _: None

    def workflow(self, step: Step, known: Mapping[str, Any], effect: Effect, said: str) -> Workflow:
        """How the step's call is done on pages. ``known`` is the resource that it changes,
        ``said`` the person's own words. Raises Unsupported, CloudError."""
        call = step.action
        if not isinstance(call, SdkCall):
            raise Unsupported(f"{step.id} is no call of the vendor's API")
        if any(True for _ in outputs_in([dict(call.parameters), [e.id for e in step.expects]])):
            raise Unsupported(f"{call} refers to what is not there yet: no page can be tried")
        own = leaves.of_call(call)
        entered = (*own, *leaves.of_resource(known, own))
        rules = Rules(
            leaves=entered,
            destroys=effect in DESTROYING,
            about=words_of(f"{spoken(call.operation)} {spoken(call.operation)}s {said}"),
        )
        flown = self._flown(call, rules, effect, _goal(call, own, said))
        shown = leaves.of_attributes(known, entered)
        return workflow_of(flown, call, entered, shown, effect, self.region, self.reads)

    def _flown(self, call: SdkCall, rules: Rules, effect: Effect, goal: str) -> Flown:
        """Raises Unsupported where nobody got there, with the last reason."""
        why, given_up = "", 0
        for number in range(1, FLIGHTS + 1):
            if self.over():
                break
            flight = self._once(rules, goal)
            held = flight.reports[-1].held if flight.reports else None
            why = _unfit(call, rules, effect, flight, held)
            if not why and held is not None:
                found = self._distilled(flight, held)
                if found is not None:
                    return found
                why = "what was done cannot be done again"
            self.heard(f"flight {number} of {FLIGHTS}: {why}")
            given_up += not flight.stuck and flight.stop is None
            if not flight.used.decisions or given_up == GIVEN_UP:
                break  # where nobody decided anything, nor will they the next time
        raise Unsupported(f"no page was found that does {call}: {why or 'the time is over'}")

    def _once(self, rules: Rules, goal: str) -> Flight:
        self._begin()
        self.visit.do([{"verb": "goto", "url": "/"}])
        pilot = Lawful(self.pilot_of(rules.fault), rules.fault, self.over)
        return fly(self.visit.web, pilot, goal, BOUNDS)

    def _begin(self) -> None:
        self.visit.guard(Approved(self.visit.access.url, (), self.reads))
        self.visit.web.begin()

    def _distilled(self, flight: Flight, held: Mutation) -> Flown | None:
        """The shortest way that comes to the same request again; None where none does."""
        for steps in steps_of(flight, self.visit.access.url):
            self._begin()
            script = BrowserScript(({"verb": "workflow", "reads": list(self.reads)}, *steps))
            sent = Replay(self.visit, script, pauses=()).run()
            if sent.held is not None and _same(sent.held, held):
                return Flown(steps, sent.held, flight.used)
        return None


def _goal(call: SdkCall, own: Sequence[Leaf], said: str) -> str:
    """From the person's words and the call alone: what a cloud calls the thing is no instruction,
    and stands on the page where it is needed."""
    values = "\n".join(f"- {leaf.words}: {leaf.value}" for leaf in own)
    return (
        f"{said}\nThat is: {spoken(call.operation)}. What may be entered or chosen, and nothing "
        f"else:\n{values}"
    )


def _unfit(
    call: SdkCall, rules: Rules, effect: Effect, flight: Flight, held: Mutation | None
) -> str:
    """Why what the page would have sent is not what is wanted; empty where nothing says so."""
    if held is None:
        return flight.why or "the pilot says that it is done, and nothing would have been sent"
    pressed = [str(name) for done in flight.reports[-1].done for name in pressed_by(done.verb)]
    if class_of(held, pressed) is Class.DESTROY and not rules.destroys:
        return f"{held.method} {held.path} destroys, and {call} is no more than {effect}"
    sent = {text.casefold() for text in texts(list(held.fields.values()))}
    for leaf in leaves.of_call(call):
        if isinstance(leaf.value, bool):
            there = not leaf.value or bool(sent & TRUE)
        else:
            there = str(leaf.value).casefold() in sent or str(leaf.value) in held.path.split("/")
        if not there:
            return f"{held.method} {held.path} would be sent without {leaf.words} {leaf.value}"
    return ""


def _same(one: Mutation, other: Mutation) -> bool:
    """But for what pages make up anew each time."""
    return (one.method, one.path) == (other.method, other.path) and lasting(one) == lasting(other)
