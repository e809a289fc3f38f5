"""The journey of a request: interpret, choose_route, explore, compose, verify, judge,
confirm, execute, settle. Two loops, and only two: explore has no production, execute no model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cloudops.engine.anew import in_spite_of_others
from cloudops.engine.answering import answered
from cloudops.engine.as_code import brought_about
from cloudops.engine.bench import Bench
from cloudops.engine.candidates import best_of, compared
from cloudops.engine.choose_route import choose_route
from cloudops.engine.course import Course
from cloudops.engine.fitting import fitting
from cloudops.engine.holder import actor
from cloudops.engine.in_turn import in_turn
from cloudops.engine.interpret import interpret
from cloudops.engine.meanwhile import fences_of
from cloudops.engine.parts import Parts
from cloudops.engine.passage import Passage
from cloudops.engine.remembering import drafted, ended
from cloudops.engine.report import Options, Report
from cloudops.engine.returning import applied, resumed, undone
from cloudops.engine.trials import noted
from cloudops.engine.troubles import stop_of
from cloudops.engine.two_clouds import answered_in_both, done_in_both
from cloudops.errors import Denied, HandedBack, Interrupted, Misused, Stop
from cloudops.request import Context, Intent, Request
from cloudops.state.contract import FenceLost, Run, StoreError
from modalities.change import Create, Delete, Operate
from modalities.contract import Unresolved, Unsupported
from modalities.plan import Plan, Route
from modalities.receipt import CloudError
from modalities.resource import World
from modalities.target import Target

NO_CONTEXT = Context()

EXPLORERS = 2
"""Candidates side by side where nobody says how many."""


class Journey:
    """Takes requests, plans and runs through the stages; every way in ends in a Report.

    Raises Misused where a run that is named does not exist or does not fit; all that
    happens to a run once it has begun is in its report.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run(self, request: Request, options: Options, context: Context = NO_CONTEXT) -> Report:
        """The whole journey; up to the question where ``options.dry_run``."""
        return self._guarded(
            self._passage(request, options),
            lambda passage: self._through(passage, context, whole=not options.dry_run),
            plans=True,
        )

    def plan(self, request: Request, options: Options, context: Context = NO_CONTEXT) -> Report:
        """Up to the question, and no further."""
        return self.run(request, replace(options, dry_run=True), context)

    def explore(
        self,
        request: Request,
        options: Options,
        context: Context = NO_CONTEXT,
        *,
        jobs: int = EXPLORERS,
        broken: bool = False,
    ) -> Report:
        """Every hand that can, side by side in copies, and the plan of the best; nothing is
        changed. ``broken``: each is also stopped after every step and taken back."""
        return self._guarded(
            self._passage(request, replace(options, dry_run=True)),
            lambda passage: self._explored(passage, context, jobs, broken=broken),
        )

    def apply(self, plan: Plan, options: Options) -> Report:
        """A saved plan: looked at again, asked about, executed."""
        request = Request(text=plan.request, target=plan.target, actor=actor())
        return self._guarded(
            self._passage(request, options),
            lambda passage: applied(self._parts, passage, plan),
        )

    def bring_about(
        self, request: Request, options: Options, *, destroy: bool, whole: bool
    ) -> Report:
        """The target's own code as it stands, or all that it looks after destroyed."""
        return self._guarded(
            self._passage(request, options),
            lambda passage: brought_about(self._parts, passage, destroy=destroy, whole=whole),
            plans=True,
        )

    def resume(self, id: str | None, options: Options) -> Report:
        """A run that was parked or broken off, by id or the one there is."""
        run = fitting(self._parts.store, id, "resume", self._parts.target.name)
        request = Request(text=run.request, target=run.target, actor=actor())
        plan = self._parts.store.plan(run.digest) if run.digest else None
        if run.status == HandedBack.outcome:  # what it asks for was to be tried, not to be done
            options = replace(options, dry_run=True)

        def go(passage: Passage) -> Report:
            if run.status == HandedBack.outcome:
                return self._explored(passage, NO_CONTEXT, EXPLORERS, broken=False)
            if plan is None and run.undoes is not None:
                return self._taken_back(passage, run.undoes)
            if plan is None:
                passage.fences |= fences_of(self._parts.store, run.id)
                return self._through(passage, NO_CONTEXT, whole=True)
            return resumed(self._parts, passage, run, plan)

        return self._guarded(self._passage(request, options, run), go)

    def undo(self, id: str | None, options: Options) -> Report:
        """A run taken back, by id or the latest that did something."""
        run = fitting(self._parts.store, id, "undo", self._parts.target.name)
        plan = self._parts.store.plan(run.digest) if run.digest else None
        if plan is None:
            raise Misused(f"run {run.id} changed nothing", remedy="see `cloudops runs`")
        text = f"undo {run.id}: {run.request}"
        request = Request(text=text, target=run.target, actor=actor())
        return self._guarded(
            self._passage(request, options, undoes=run.id),
            lambda passage: undone(self._parts, passage, run, plan),
            plans=True,
        )

    def _taken_back(self, passage: Passage, id: str) -> Report:
        """An undo that died before it had a plan: drawn up now. Raises Misused where that run
        has nothing to undo any more."""
        run = fitting(self._parts.store, id, "undo", self._parts.target.name)
        plan = self._parts.store.plan(run.digest) if run.digest else None
        if plan is None:
            raise Misused(f"run {run.id} changed nothing", remedy="see `cloudops runs`")
        return undone(self._parts, passage, run, plan)

    def _through(self, passage: Passage, context: Context, *, whole: bool) -> Report:
        parts = self._parts
        request, intent, course = self._understood(passage, context)
        if intent.question is not None and intent.shares:
            return answered_in_both(parts, passage, intent, request.constraints)
        if intent.question is not None:
            return answered(course, intent, intent.question, request.constraints)
        if request.constraints.read_only:
            raise Denied(
                "this request changes things and --read-only is set",
                detail=intent.summary,
                remedy="leave --read-only out",
            )
        explicit = asked_to_go(intent)
        if intent.shares:

            def free(intent: Intent, world: World) -> Intent:
                return self._with_free_names(passage, request, context, intent, world)

            wish = request.constraints
            return done_in_both(parts, passage, intent, wish, free, explicit, whole=whole)
        world, intent, route = self._routed(passage, context, request, intent, course)

        def attempt(led: Route) -> Report:
            course.led_by(parts.led_by(led))
            draft = drafted(course, intent.changes, world, led, request.constraints)
            return course.proposed(intent, draft, world, led, explicit, whole=whole)

        return in_turn(route, passage, forced=request.constraints.forced, attempt=attempt)

    def _explored(self, passage: Passage, context: Context, jobs: int, *, broken: bool) -> Report:
        request, intent, course = self._understood(passage, context)
        if intent.question is not None:
            raise Misused(
                "a question has nothing to try out",
                remedy="`cloudops run` answers it",
            )
        if intent.shares:
            raise Misused(
                "hands are tried side by side on one cloud at a time",
                detail=intent.summary,
                remedy="explore each cloud's share by itself; `cloudops plan` plans both as one",
            )
        world, intent, route = self._routed(passage, context, request, intent, course)
        if request.constraints.forced:
            route = replace(route, ranked=route.ranked[:1])
        with passage.stage("explore"):
            candidates = compared(course, intent, world, route, jobs=jobs, broken=broken)
        best = best_of(candidates)
        passage.know(candidates=candidates)
        if best is None or best.plan is None:
            raise HandedBack(
                "no hand came through in the sandbox; nothing was changed",
                detail="; ".join(f"{c.hand}: {c.why}" for c in candidates),
                remedy=f"say it otherwise; or put right what is in the way, and `cloudops resume "
                f"{passage.run}` explores again (`cloudops runs {passage.run}` has the trace)",
            )
        passage.know(plan=best.plan, identity=best.plan.identity)
        course.led_by(self._parts.led_by(best.plan.route))
        course.verified(best.plan, world)
        course.judged(best.plan, world, asked_to_go(intent))
        return passage.ended("explored")

    def _understood(self, passage: Passage, context: Context) -> tuple[Request, Intent, Course]:
        parts = self._parts
        with passage.stage("interpret"):
            bench = Bench(parts, passage)
            here = replace(context, cloud=parts.target.provider, tries=bench.tried)
            request, intent = interpret(
                passage.report.request, here, parts.interpreter, parts.asker
            )
            passage.know(request=request, intent=intent)
            passage.journal.note(
                "interpret",
                "understood",
                summary=intent.summary,
                defaults=intent.defaults,
                intent=intent,
            )
        target = self._target(request, intent)
        return request, intent, Course(parts, passage, parts.led_by(None), target)

    def _routed(
        self, passage: Passage, context: Context, request: Request, intent: Intent, course: Course
    ) -> tuple[World, Intent, Route]:
        with passage.stage("choose_route"):
            world = course.look()
            intent = self._with_free_names(passage, request, context, intent, world)
            route = choose_route(intent, world, self._parts, request.constraints, passage.journal)
        return world, intent, route

    def _with_free_names(
        self, passage: Passage, request: Request, context: Context, intent: Intent, world: World
    ) -> Intent:
        """The intent with other names where it chose names that something has already."""
        taken = frozenset((r.kind, r.name) for r in world)
        wanted = [w for c in intent.changes if isinstance(c, Create) for w in c.wanted]
        if not any((w.kind, w.name) in taken for w in wanted):
            return intent
        here = replace(context, taken=taken, cloud=self._parts.target.provider)
        intent = self._parts.interpreter.interpret(request, here)
        passage.know(intent=intent)
        return intent

    def _guarded(
        self, passage: Passage, go: Callable[[Passage], Report], *, plans: bool = False
    ) -> Report:
        """The report of ``go``, and in the record what the run says of the hands. ``plans``: it
        makes the plan that it carries out."""
        report = self._reported(
            passage, lambda passage: in_spite_of_others(passage, go, plans=plans)
        )
        noted(self._parts.store, report, passage.attempts.made, self._parts.target)
        ended(self._parts.memory, passage, self._parts.target)
        return report

    def _reported(self, passage: Passage, go: Callable[[Passage], Report]) -> Report:
        """Run ``go``; every way to stop ends in a report that is written down. A fault of
        ours is written down too, and goes on up."""
        try:
            with passage.limited():
                return go(passage)
        except Stop as stop:
            return passage.stopped(stop)
        except (Unresolved, Unsupported, CloudError, StoreError, FenceLost) as error:
            return passage.stopped(stop_of(error, passage.run, passage.standing()))
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
        except Exception as fault:
            passage.faulted(fault)
            raise

    def _passage(
        self,
        request: Request,
        options: Options,
        run: Run | None = None,
        undoes: str | None = None,
    ) -> Passage:
        parts = self._parts
        store, observer, spent = parts.store, parts.observer, parts.spent
        return Passage(store, observer, request, options, run=run, undoes=undoes, spent=spent)

    def _target(self, request: Request, intent: Intent) -> Target:
        target = self._parts.target
        if intent.shares and request.cloud is None:
            return target
        for cloud in {request.cloud, intent.cloud} - {None, target.provider}:
            raise Misused(
                f"the request is for {cloud}, but target {target.name} is {target.provider}",
                remedy="choose another with --target; `cloudops config show` lists them",
            )
        return replace(target, region=intent.region) if intent.region else target


def asked_to_go(intent: Intent) -> list[str]:
    """The words that asked for deletions, as they stood."""
    asking = (c for c in intent.changes if isinstance(c, Delete | Operate))
    return [c.explicit for c in asking if c.explicit]
