"""The journey of a request: interpret, choose_route, explore, compose, verify, judge,
confirm, execute, settle. Two loops, and only two: explore has no production, execute no model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cloudops.engine.answer import answer, kinds_for
from cloudops.planner.cost import cost_of, standing_cost
from cloudops.router.ranking import choose
from modalities.prices.table import Prices
from policies.judge import evaluate
from policies.registry import POLICIES
from policies.settings import PolicySettings
from policies.subject import Subject

from cloudops.engine import recall as recalling
from cloudops.engine.claim import bury_the_dead, claim
from cloudops.engine.compose import compose, labelled, moved
from cloudops.engine.confirm import confirm
from cloudops.engine.contract import Asker, Copies, Interpreter, Observer
from cloudops.engine.doubts import settled
from cloudops.engine.execute import Executor, Patience
from cloudops.engine.explore import explore, require_success
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.holder import run_of
from cloudops.engine.interpret import interpret, open_ended
from cloudops.engine.passage import Passage
from cloudops.engine.reading import Reader
from cloudops.engine.report import Options, Report
from cloudops.engine.settle import settle
from cloudops.engine.troubles import stop_of
from cloudops.engine.undoing import reversal
from cloudops.engine.verify import verify
from cloudops.errors import (
    Blocked,
    CannotEvaluate,
    Denied,
    Interrupted,
    Misused,
    NotUnderstood,
    PartlyApplied,
    Stop,
)
from cloudops.request import Answer, Context, Goal, GraphData, Intent, OpenQuestion, Request
from cloudops.state.contract import FenceLost, Run, Store, StoreError
from modalities.change import Delete
from modalities.codec import sealed
from modalities.contract import Draft, Modality, Unresolved, Unsupported
from modalities.plan import Evidence, Plan, Route
from modalities.receipt import CloudError
from modalities.resource import Kind, World
from modalities.step import Fidelity
from modalities.target import Approval, Target, opened

FINISHED = frozenset({"done", "no_op", "failed", "undone", "denied", "declined", "not_understood"})


class Painter(Protocol):
    def __call__(self, graph: GraphData, run: str) -> tuple[Path, ...]:
        """Write the picture of a graph; the files written."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the journey is made of; put together in app.py."""

    store: Store
    target: Target
    hands: tuple[Modality, ...]
    interpreter: Interpreter
    copies: Copies
    asker: Asker
    observer: Observer | None
    prices: Prices
    settings: PolicySettings
    paint: Painter
    patience: Patience = Patience()


class Journey:
    """Takes requests, plans and runs through the stages; every way in ends in a Report."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    # ways in

    def run(self, request: Request, options: Options, context: Context = Context()) -> Report:
        """The whole journey."""

        def go(passage: Passage) -> Report:
            return self._asked(passage, context, whole=not options.dry_run)

        return self._guarded(self._passage(request, options), go)

    def plan(self, request: Request, options: Options, context: Context = Context()) -> Report:
        """Up to the question, and no further."""

        def go(passage: Passage) -> Report:
            return self._asked(passage, context, whole=False)

        return self._guarded(self._passage(request, options), go)

    def apply(self, plan: Plan, options: Options) -> Report:
        """A saved plan: looked at again, asked about, executed."""
        request = Request(text=plan.request, target=plan.target, actor="")
        return self._guarded(
            self._passage(request, options), lambda passage: self._take_up(passage, plan, ())
        )

    def resume(self, id: str | None, options: Options) -> Report:
        """A parked run is asked about again; one that died goes on where it was."""
        run = self._the_run(id, "resume", lambda r: r.status not in FINISHED)
        request = Request(text=run.request, target=run.target, actor=run.actor)
        passage = self._passage(request, options, run)
        return self._guarded(passage, lambda passage: self._resumed(passage, run))

    def undo(self, id: str | None, options: Options) -> Report:
        """A new plan that takes a run back, through the same gates."""
        run = self._the_run(id, "undo", lambda r: bool(r.digest) and r.status not in UNDONE)
        request = Request(text=f"undo {run.id}: {run.request}", target=run.target, actor="")
        return self._guarded(
            self._passage(request, options), lambda passage: self._undone(passage, run)
        )

    # the stages, in order

    def _asked(self, passage: Passage, context: Context, *, whole: bool) -> Report:
        parts = self._parts
        with passage.stage("interpret"):
            request, intent = interpret(
                passage.report.request, context, parts.interpreter, parts.asker
            )
            passage.know(request=request, intent=intent)
            passage.journal.note(
                "interpret", "understood", summary=intent.summary, defaults=intent.defaults
            )
        target = self._target(intent)
        if intent.question is not None:
            return self._answered(passage, intent, target)
        if request.constraints.read_only:
            raise Denied(
                "this request changes things and --read-only is set",
                detail=intent.summary,
                remedy="leave --read-only out",
            )
        with passage.stage("choose_route"):
            hand = parts.hands[0]
            world = self._look(passage, hand, target)
            route = choose(intent, world, parts.hands, request.constraints)
            hand = self._hand(route)
            passage.journal.note(
                "choose_route",
                "ranked",
                score=route.score,
                reasons=route.reasons,
                ranked=route.ranked,
            )
        draft = hand.express(intent.changes, world, target, passage.run)
        if not draft.steps:
            return self._nothing_to_do(passage, draft)
        plan = self._composed(passage, intent, target, hand, draft, world, route)
        self._verified(plan, hand, world)
        plan = self._explored(passage, plan, hand, target, world)
        explicit = tuple(c.explicit for c in intent.changes if isinstance(c, Delete) and c.explicit)
        self._judged(passage, plan, world, explicit, request.constraints.budget)
        if not whole:
            passage.store.put_plan(plan)
            return passage.ended("planned")
        return self._decided(passage, plan, hand, target)

    def _answered(self, passage: Passage, intent: Intent, target: Target) -> Report:
        assert intent.question is not None
        hand = self._parts.hands[0]
        world = self._look(passage, hand, target, kinds_for(intent.question))
        found = answer(intent.question, world)
        if found.graph is not None:
            files = self._parts.paint(found.graph, passage.run)
            found = replace(found, files=tuple(str(f) for f in files))
        passage.know(answer=found)
        passage.count(steps=1)
        return passage.ended("done")

    def _nothing_to_do(self, passage: Passage, draft: Draft) -> Report:
        said = [a.text for a in draft.advisories] or list(draft.defaults)
        passage.know(answer=Answer(text=" ".join(("Nothing to do.", *said))))
        return passage.ended("no_op")

    def _composed(
        self,
        passage: Passage,
        intent: Intent,
        target: Target,
        hand: Modality,
        draft: Draft,
        world: World,
        route: Route | None,
        undoes: str | None = None,
    ) -> Plan:
        with passage.stage("compose"):
            plan = compose(
                request=passage.report.request,
                intent=intent,
                target=target,
                identity=hand.identify(target),
                draft=draft,
                evidence=Evidence("none", Fidelity.NONE),
                route=route,
                cost=cost_of(draft.steps, world, self._parts.prices, target.region),
                world=world,
                undoes=undoes,
            )
            passage.know(plan=plan, identity=plan.identity)
            steps = [{"id": s.id, "effect": s.effect, "why": s.why} for s in plan.steps]
            passage.journal.note("compose", "planned", digest=plan.digest, steps=steps)
            return plan

    def _explored(
        self, passage: Passage, plan: Plan, hand: Modality, target: Target, world: World
    ) -> Plan:
        with passage.stage("explore"):
            passage.journal.note("explore", "rehearsing", steps=len(plan.steps))
            tried = explore(
                plan, hand, self._parts.copies, target, world, passage.journal, passage.stop
            )
            require_success(tried)
        steps = tuple(labelled(plan.steps, tried.evidence))
        plan = sealed(replace(plan, steps=steps, evidence=tried.evidence))
        passage.know(plan=plan)
        passage.count(steps=1)
        return plan

    def _verified(self, plan: Plan, hand: Modality, world: World) -> None:
        problems = verify(plan, hand, world)
        blocking = [p for p in problems if p.blocking]
        if blocking:
            first, more = blocking[0], len(blocking) - 1
            raise Misused(
                "this cannot be done as asked" + (f" (and {more} more problems)" if more else ""),
                detail=f"step {first.step}: {first.path}: {first.message}",
                remedy=first.suggestion,
            )

    def _judged(
        self,
        passage: Passage,
        plan: Plan,
        world: World,
        explicit: Sequence[str],
        budget: float | None,
    ) -> None:
        with passage.stage("judge"):
            subject = Subject(
                plan=plan,
                world=world,
                settings=self._parts.settings.tightened(budget),
                explicit=tuple(explicit),
                realm=self._parts.target.realm,
                standing=standing_cost(world, self._parts.prices, plan.identity.region),
            )
            verdict = evaluate(subject, POLICIES)
            passage.know(verdict=verdict)
            passage.journal.note("judge", "verdict", findings=verdict.findings)
        passage.store.put_plan(plan)
        passage.store.set_status(
            passage.run, "running", digest=plan.digest, scope=plan.identity.scope
        )
        if verdict.broken:
            raise CannotEvaluate(
                "a policy could not be evaluated, which is never a yes",
                detail=", ".join(verdict.broken),
                remedy="`cloudops policy check` shows why",
            )
        denials = [f for f in verdict.findings if f.severity == "deny"]
        if denials:
            raise Denied(
                f"denied by policy {denials[0].policy}",
                detail=denials[0].reason,
                remedy=denials[0].remedy,
            )

    def _decided(self, passage: Passage, plan: Plan, hand: Modality, target: Target) -> Report:
        assert passage.report.verdict is not None
        passage.journal.flush()
        with passage.stage("confirm"):
            approval = confirm(
                plan,
                passage.report.verdict,
                passage.options,
                passage.report.request.actor,
                self._parts.asker,
            )
            passage.journal.mark("confirm", "approved", approval=approval, means=approval.means)
        return self._executed(passage, plan, hand, target, approval)

    def _executed(
        self,
        passage: Passage,
        plan: Plan,
        hand: Modality,
        target: Target,
        approval: Approval,
        recalled: recalling.Recalled | None = None,
    ) -> Report:
        now = datetime.now(UTC)
        leave = Leave(opened(target, approval, plan.digest, now), approval)
        timeout = passage.options.lock_timeout
        with (
            passage.limited(),
            claim(passage.store, plan, passage.run, passage.journal, timeout) as held,
        ):
            executor = Executor(
                plan,
                Gateway(plan, hand, leave, held, passage.journal),
                Reader(lambda kinds: hand.read(target, kinds)),
                passage.journal,
                progress=recalled.progress if recalled else passage.progress,
                doubtful=frozenset(recalled.doubtful) if recalled else frozenset(),
                patience=self._parts.patience,
                stop=passage.stop,
            )
            passage.progress = executor.progress
            with passage.stage("execute"):
                if recalled is None:
                    self._unmoved(plan, hand, target)
                elif recalled.undoing:
                    executor.progress.failures.extend(recalled.progress.failures)
                if not (recalled and recalled.undoing):
                    executor.run()
                passage.check_time()
            try:
                with passage.stage("settle"):
                    if recalled and recalled.undoing:
                        executor.undo()
                        return self._taken_back(passage, executor)
                    settle(executor, passage.journal)
                    self._remember(passage, plan, hand, target)
            except PartlyApplied:
                if any(r.outcome == "unknown" for r in passage.progress.receipts.values()):
                    held.keep(3600.0)
                raise
        passage.count(steps=1)
        if plan.undoes:
            passage.store.set_status(plan.undoes, "undone")
        return passage.ended("done")

    def _taken_back(self, passage: Passage, executor: Executor) -> Report:
        left = executor.progress.left
        if left:
            raise PartlyApplied(
                "not all that took effect could be undone",
                remedy=f"see what is left; `cloudops resume {passage.run}` tries again",
                left=tuple(left),
            )
        return passage.ended("failed", 1)

    def _remember(self, passage: Passage, plan: Plan, hand: Modality, target: Target) -> None:
        """Write what the run touched into the one state, with who wrote it."""
        kinds = {ref.kind for step in plan.steps for ref in step.changes}
        world = hand.read(target, tuple(sorted(kinds)))
        before = set(plan.existing)
        names = {ref.key for step in plan.steps for ref in step.changes}
        touched = [
            r for r in world if r.id not in before or any(ref.key in names for ref in r.refs())
        ]
        passage.store.record(touched, run=passage.run, modality=hand.name, whole=None)
        there = {ref.key for r in world for ref in r.refs()}
        gone = [ref for step in plan.steps for ref in step.changes if ref.key not in there]
        passage.store.forget(gone)

    # saved plans, parked and broken-off runs

    def _take_up(self, passage: Passage, plan: Plan, explicit: Sequence[str]) -> Report:
        """A plan made earlier: same target, same identity, nothing moved, judged anew."""
        hand, target = self._hand(plan.route), self._parts.target
        target = replace(target, region=plan.identity.region)
        passage.know(plan=plan, identity=plan.identity)
        identity = hand.identify(target)
        if identity != plan.identity:
            raise Misused(
                "this plan was made for another identity",
                detail=f"plan: {plan.identity.account} as {plan.identity.principal}; "
                f"now: {identity.account} as {identity.principal}",
                remedy=f"apply it with --target {plan.target} and the same credentials",
            )
        if datetime.now(UTC) >= plan.expires_at:
            raise Blocked(
                "this plan has expired",
                detail=f"it was good until {plan.expires_at:%Y-%m-%d %H:%M} UTC",
                remedy="make a new one with `cloudops plan`",
            )
        world = self._look(passage, hand, target)
        self._unmoved(plan, hand, target, world)
        self._verified(plan, hand, world)
        words = explicit or self._words(plan)
        self._judged(passage, plan, world, words, None)
        return self._decided(passage, plan, hand, target)

    def _words(self, plan: Plan) -> tuple[str, ...]:
        """The words that asked for deletions, read again from the plan's own request."""
        if plan.undoes:
            return (plan.request,)
        request = Request(text=plan.request, target=plan.target, actor="")
        try:
            intent = self._parts.interpreter.interpret(request, Context())
        except NotUnderstood:
            return ()
        return tuple(c.explicit for c in intent.changes if isinstance(c, Delete) and c.explicit)

    def _unmoved(
        self, plan: Plan, hand: Modality, target: Target, world: World | None = None
    ) -> None:
        """Raises Blocked where what the plan stands on is not as it was."""
        if world is None:
            kinds = {ref.kind for step in plan.steps for ref in (*step.changes, *step.uses)}
            world = hand.read(target, tuple(sorted(kinds)))
        keys = moved(plan.basis, world)
        if keys:
            raise Blocked(
                "the cloud moved since this plan was made",
                detail=", ".join(key.rpartition(":")[2] for key in keys[:5]),
                remedy="make the plan again: it will be made from what is there now",
            )

    def _resumed(self, passage: Passage, run: Run) -> Report:
        plan = passage.store.plan(run.digest) if run.digest else None
        if plan is None:
            return self._asked(passage, Context(), whole=True)
        recalled = recalling.recall(passage.store.journal(run.id))
        begun = recalled.doubtful or recalled.progress.receipts
        if not begun:
            return self._take_up(passage, plan, self._words(plan))
        hand = self._hand(plan.route)
        target = replace(self._parts.target, region=plan.identity.region)
        passage.know(plan=plan, identity=plan.identity)
        if hand.identify(target) != plan.identity:
            raise Misused("this run belongs to another identity", remedy="use its credentials")
        approval = recalled.approval
        if approval is None or datetime.now(UTC) >= approval.expires_at:
            world = self._look(passage, hand, target)
            self._judged(passage, plan, world, self._words(plan), None)
            assert passage.report.verdict is not None
            approval = confirm(
                plan, passage.report.verdict, passage.options, run.actor, self._parts.asker
            )
        return self._executed(passage, plan, hand, target, approval, recalled)

    def _undone(self, passage: Passage, run: Run) -> Report:
        plan = passage.store.plan(run.digest) if run.digest else None
        if plan is None:
            raise Misused(f"run {run.id} changed nothing", remedy="see `cloudops runs`")
        bury_the_dead(passage.store)
        if any(run_of(held.holder) == run.id for held in passage.store.claims()):
            raise Blocked(f"run {run.id} is still at work", remedy="wait for it, or stop it")
        hand = self._hand(plan.route)
        target = replace(self._parts.target, region=plan.identity.region)
        if target.name != plan.target or hand.identify(target) != plan.identity:
            raise Misused(
                f"run {run.id} was on target {plan.target}, account {plan.identity.account}",
                remedy=f"undo it with --target {plan.target} and the same credentials",
            )
        recalled = recalling.recall(passage.store.journal(run.id))
        world = self._look(passage, hand, target)
        self._settle_doubts(plan, recalled, hand, target)
        draft = reversal(plan, recalled.progress, world)
        if not draft.steps:
            passage.store.set_status(run.id, "undone")
            return self._nothing_to_do(passage, draft)
        intent = Intent(goal=Goal.DELETE, summary=f"Undo {run.id}: {run.request}")
        passage.know(intent=intent)
        back = self._composed(
            passage, intent, target, hand, draft, world, plan.route, undoes=run.id
        )
        self._verified(back, hand, world)
        back = self._explored(passage, back, hand, target, world)
        self._judged(passage, back, world, (passage.report.request.text,), None)
        if passage.options.dry_run:
            return passage.ended("planned")
        return self._decided(passage, back, hand, target)

    def _settle_doubts(
        self, plan: Plan, recalled: recalling.Recalled, hand: Modality, target: Target
    ) -> None:
        reader = Reader(lambda kinds: hand.read(target, kinds))
        settled(plan, recalled, reader)

    # odds and ends

    def _guarded(self, passage: Passage, go: Callable[[Passage], Report]) -> Report:
        """Run ``go``; every way to stop ends in a report that is written down."""
        try:
            return go(passage)
        except Stop as stop:
            return passage.stopped(stop)
        except (Unresolved, Unsupported, CloudError, StoreError, FenceLost) as error:
            return passage.stopped(self._stop_for(error, passage))
        except KeyboardInterrupt:
            passage.stop.set()
            return passage.stopped(
                Interrupted(
                    "interrupted",
                    detail="the steps under way were finished, no other was begun",
                    remedy=f"`cloudops resume {passage.run}` goes on, "
                    f"`cloudops undo {passage.run}` takes back what was done",
                )
            )

    @staticmethod
    def _stop_for(error: Exception, passage: Passage) -> Stop:
        match error:
            case Unresolved():
                question = OpenQuestion(text=str(error), options=error.candidates)
                return open_ended((question,))
            case Unsupported():
                return Misused(str(error))
            case CloudError():
                return stop_of(error)
            case StoreError() if passage.progress.took_effect:
                return PartlyApplied(
                    "stopped: the journal could not be written",
                    detail=str(error),
                    remedy=f"{error.remedy}; then `cloudops resume {passage.run}`",
                    left=passage.progress.took_effect,
                )
            case StoreError():
                return Misused(str(error), remedy=error.remedy)
            case _:
                return Blocked(
                    "this run lost its locks and stopped",
                    detail=str(error),
                    remedy=f"`cloudops resume {passage.run}` takes them again and goes on",
                )

    def _passage(self, request: Request, options: Options, run: Run | None = None) -> Passage:
        return Passage(self._parts.store, self._parts.observer, request, options, run=run)

    def _look(
        self, passage: Passage, hand: Modality, target: Target, kinds: Sequence[Kind] = ()
    ) -> World:
        world = hand.read(target, kinds)
        passage.know(identity=hand.identify(target))
        return world

    def _target(self, intent: Intent) -> Target:
        target = self._parts.target
        if intent.cloud is not None and intent.cloud is not target.provider:
            raise Misused(
                f"the request is for {intent.cloud}, but target {target.name} is {target.provider}",
                remedy="choose another with --target; `cloudops config show` lists them",
            )
        return replace(target, region=intent.region) if intent.region else target

    def _hand(self, route: Route | None) -> Modality:
        if route is None or not route.ranked:
            return self._parts.hands[0]
        first = route.ranked[0].modality
        return next(hand for hand in self._parts.hands if hand.name == first)

    def _the_run(self, id: str | None, verb: str, fits: Callable[[Run], bool]) -> Run:
        """The run with this id, or the one run that fits where none is named."""
        store = self._parts.store
        if id is not None:
            run = store.run(id)
            if run is None:
                raise Misused(f"there is no run {id}", remedy="`cloudops runs` lists them")
            if not fits(run):
                raise Misused(f"run {run.id} is {run.status}: nothing to {verb}")
            return run
        candidates = [r for r in store.runs(limit=200) if fits(r) and r.undoes is None]
        if verb == "undo":
            candidates = [r for r in candidates if r.status == "done"][:1]
        if len(candidates) == 1:
            return candidates[0]
        if not candidates:
            raise Misused(f"there is no run to {verb}", remedy="`cloudops runs` lists them")
        listing = ", ".join(f"{r.id} ({r.request[:40]})" for r in candidates[:5])
        raise Misused(f"more than one run to {verb}", detail=listing, remedy=f"{verb} RUN")


UNDONE = frozenset({"undone"})
