"""Plans and runs taken up again: apply, resume and undo."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cloudops.engine.asked_for import words
from cloudops.engine.changed_since import require_unmoved
from cloudops.engine.claim import claim
from cloudops.engine.course import Course
from cloudops.engine.doubts import open_ends, settled, taken_in_part
from cloudops.engine.hands import Hands
from cloudops.engine.holder import bury_the_dead
from cloudops.engine.inhabitants import Inhabitants
from cloudops.engine.leftovers import leftovers, unsure
from cloudops.engine.meanwhile import Meanwhile
from cloudops.engine.parts import Parts
from cloudops.engine.passage import Passage
from cloudops.engine.plan_hold import given_up, tell
from cloudops.engine.recall import Recalled, recalled_of
from cloudops.engine.report import Report
from cloudops.engine.site import Site
from cloudops.engine.undoing import reversal, with_what_it_undoes
from cloudops.engine.undone_before import NOTED, earlier, without
from cloudops.errors import Blocked, Misused, NotUndone, Stale
from cloudops.request import Goal, Intent
from cloudops.state.contract import Held, Run, Store
from modalities.contract import Draft, Moved
from modalities.plan import Advisory, Also, Plan
from modalities.step import Step
from modalities.target import Identity, Target

LOOK_AGAIN = 1.0
"""Seconds between two looks at whether another process is still at work on a run."""


def course_of(
    parts: Parts, passage: Passage, plan: Plan, meanwhile: Meanwhile | None = None
) -> Course:
    """The way of a plan made earlier; of a run that was read ``meanwhile`` tells how. Raises
    Misused where this is not its target or we are not who made it."""
    hands = parts.led_by(plan.route)
    target = replace(parts.target, region=plan.identity.region)
    also = tuple(_site_of(parts, one) for one in plan.also)
    passage.know(plan=plan, identity=plan.identity)
    if target.name != plan.target:
        raise Misused(
            f"this plan is for target {plan.target}, not {target.name}",
            remedy=f"use --target {plan.target}",
        )
    _require_same(hands, passage.stop.in_time(target), plan.identity)
    for site, one in zip(also, plan.also, strict=True):
        _require_same(site.hands, passage.stop.in_time(site.target), one.identity)
    return Course(parts, passage, hands, target, also, meanwhile)


def _site_of(parts: Parts, also: Also) -> Site:
    """Another target of the plan. Raises Misused where it is not here."""
    if parts.others is None:
        raise Misused(f"this plan is for target {also.target}, too, which is not here")
    site = parts.others.named(also.target)
    target = replace(site.target, region=also.identity.region)
    return replace(site, target=target).led_by(also.route)


def _require_same(hands: Hands, target: Target, then: Identity) -> None:
    now = hands.lead.identify(target)
    if now != then:
        raise Misused(
            "this plan was made for another identity",
            detail=f"then {_who(then)}; now {_who(now)}",
            remedy="use the credentials and the endpoint it was made with, or plan again",
        )


def _who(identity: Identity) -> str:
    where = identity.endpoint_url or identity.provider.words
    return f"{identity.account} as {identity.principal} at {where}"


def applied(
    parts: Parts, passage: Passage, plan: Plan, meanwhile: Meanwhile | None = None
) -> Report:
    """A plan made earlier: nothing moved, judged anew, asked about, executed. What is held for
    it passes over to its execution, and is let go where it comes to none."""
    course = course_of(parts, passage, plan, meanwhile)
    with given_up(parts.store, plan, passage.journal):
        return _done(course, plan)


def _done(course: Course, plan: Plan) -> Report:
    if datetime.now(UTC) >= plan.expires_at:
        raise Stale(
            "this plan has expired",
            detail=f"it was good until {plan.expires_at:%Y-%m-%d %H:%M} UTC",
            remedy="make a new one with `cloudops plan`",
        )
    world = course.with_things(course.look(), plan.steps)
    course.unmoved(plan, world)
    course.verified(plan, world)
    return course.decided(plan, course.judged(plan, world, words(course.parts, plan)))


def resumed(parts: Parts, passage: Passage, run: Run, plan: Plan) -> Report:
    """A parked run is asked about again; one that died goes on where it was."""
    require_idle(passage, run)
    meanwhile = Meanwhile(passage, run)
    recalled = recalled_of(plan, meanwhile.lines)
    if not recalled.doubtful and not recalled.progress.receipts:
        return applied(parts, passage, plan, meanwhile)
    course = course_of(parts, passage, plan, meanwhile)
    if not recalled.undoing:
        seen = recalled.copy()  # what it shows is told once more where the step is taken up
        settled(plan, seen, course.reader(), parts.patience.doubt, passage.stop.wait)
        known = with_what_it_undoes(plan, passage.store)
        require_unmoved(run, known, seen, course.rebase(), course.seen)
    approval = recalled.approval
    if approval is None or datetime.now(UTC) >= approval.expires_at:
        verdict = course.judged(plan, course.look(), words(parts, plan), begun=True)
        approval = course.approved(plan, verdict)
    return course.executed(plan, approval, recalled)


def undone(parts: Parts, passage: Passage, run: Run, plan: Plan) -> Report:
    """A new plan that takes back what a run did, through the same gates."""
    require_idle(passage, run)
    meanwhile = Meanwhile(passage, run)
    course = course_of(parts, passage, plan, meanwhile)
    passage.know(plan=None)
    recalled = recalled_of(plan, meanwhile.lines)
    lost = unsure(plan, recalled)
    settled(plan, recalled, course.reader(), parts.patience.doubt, passage.stop.wait)
    taken_in_part(plan, recalled)
    unclear = _without_what_is_undone(course, run, plan, recalled)
    seen = course.look()
    world = course.with_things(seen, plan.steps)
    try:
        draft = reversal(plan, recalled.progress, world, course.hands.claims, course.rebase())
    except Moved as moved:
        raise Stale(
            "others have changed since what this run had changed",
            detail=str(moved),
            remedy="ask for what you want instead; it is planned from what is there now",
        ) from moved
    whole = draft
    draft = Inhabitants(run.id, plan, passage.store).leave(draft, world)
    inhabited = draft.steps != whole.steps
    draft = _with_open_ends(draft, plan, recalled, unclear)
    if not draft.steps:
        left = tuple(Advisory("danger", t, None) for t in leftovers(lost, plan.existing, world))
        draft = replace(draft, advisories=(*draft.advisories, *left))
    if not draft.steps and draft.advisories:
        raise NotUndone(
            f"run {run.id} cannot be taken back",
            detail=draft.advisories[0].text,
            remedy=_instead(run, open_ends(plan, recalled), inhabited=inhabited),
            left=tuple(advisory.text for advisory in draft.advisories),
        )
    if not draft.steps and not passage.options.dry_run:
        timeout = passage.options.lock_timeout
        with claim(passage.store, plan, passage.run, passage.journal, timeout):
            meanwhile.require_nothing()
            passage.store.set_status(run.id, "undone")
    # what only the run's own answer named is looked at by what takes it back, which knows it
    world = course.with_things(seen, draft.steps)
    intent = Intent(goal=Goal.DELETE, summary=f"Undo {run.id}: {run.request}")
    passage.know(intent=intent)
    return course.proposed(
        intent,
        draft,
        world,
        plan.route,
        (passage.report.request.text,),
        undoes=run.id,
        whole=not passage.options.dry_run,
    )


def _instead(run: Run, open: Sequence[Step], *, inhabited: bool) -> str:
    ask = "ask for what you want instead; it is planned from what is there now"
    if inhabited:
        return f"`cloudops undo {run.id}` looks again when others have taken theirs away; or {ask}"
    return f"`cloudops resume {run.id}` goes on with it; or {ask}" if open else ask


def _without_what_is_undone(
    course: Course, run: Run, plan: Plan, recalled: Recalled
) -> tuple[str, ...]:
    """Notes what earlier undos of the run have taken back. Returns of what nobody knows it.
    Raises Blocked where another process is at the latest of them, CloudError."""
    passage = course.passage
    latest = earlier(passage.store, run)
    if latest is None:
        return ()
    require_idle(passage, latest.run)
    doubt, reader = course.parts.patience.doubt, course.reader()
    settled(latest.plan, latest.recalled, reader, doubt, passage.stop.wait)
    found = latest.found()
    passage.journal.note("compose", NOTED, **found)
    return without(plan, recalled, **found)


def _with_open_ends(
    draft: Draft, plan: Plan, recalled: Recalled, unclear: Sequence[str] = ()
) -> Draft:
    """The draft, saying of which steps nobody knows whether they took effect, or whether they
    were taken back."""
    texts = [f"{s.why}: not known whether it took effect" for s in open_ends(plan, recalled)]
    unknown = tuple(Advisory("danger", text, None) for text in (*texts, *unclear))
    return replace(draft, advisories=(*draft.advisories, *unknown))


def require_idle(passage: Passage, run: Run) -> None:
    """Waits as long as locks are waited for: the lease of who died on another machine ends by
    itself. Raises Blocked where another process is still at work on the run."""
    give_up = time.monotonic() + passage.options.lock_timeout
    told = False
    while held := _at_work(passage.store, run):
        left = give_up - time.monotonic()
        if left <= 0 or passage.stop.is_set():
            raise Blocked(
                f"run {run.id} is still at work in another process",
                remedy="wait for it (--lock-timeout) or stop it; `cloudops locks` shows who it is",
            )
        if not told:
            tell(passage.journal, held)
            told = True
        passage.stop.wait(min(LOOK_AGAIN, left))


def _at_work(store: Store, run: Run) -> tuple[Held, ...]:
    bury_the_dead(store)
    return tuple(held for held in store.claims() if held.run == run.id and held.plan is None)
