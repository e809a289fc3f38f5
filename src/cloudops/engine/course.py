"""The stretch that every plan goes, however it came to be: verify, explore, judge, confirm,
execute, settle."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from cloudops.engine.anew import Overtaken
from cloudops.engine.claim import claim
from cloudops.engine.compose import compose, labelled, moved
from cloudops.engine.confirm import confirm
from cloudops.engine.drift import OUTSIDE
from cloudops.engine.elsewhere import advisories
from cloudops.engine.execute import Executor
from cloudops.engine.explore import explore, require_success
from cloudops.engine.following import followed, warned
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import TTL, Held
from cloudops.engine.inhabitants import Inhabitants
from cloudops.engine.judge import require_allowed
from cloudops.engine.judging import change_of, judged
from cloudops.engine.left_to_others import LeftToOthers
from cloudops.engine.leftovers import kinds_of, leftovers, of_run
from cloudops.engine.look import looked
from cloudops.engine.meanwhile import Meanwhile, require_still_ours
from cloudops.engine.parts import Parts
from cloudops.engine.passage import OVER, Passage
from cloudops.engine.plan_hold import hold
from cloudops.engine.reading import Reader
from cloudops.engine.recall import Recalled
from cloudops.engine.recording import Recording
from cloudops.engine.remembering import advised, begun, witnessed
from cloudops.engine.report import Report
from cloudops.engine.seeing import in_time, reader_of, seen_by, with_seen
from cloudops.engine.settle import settle
from cloudops.engine.site import Site, also_of
from cloudops.engine.unseen import advisories as of_unread
from cloudops.engine.unseen import require_concerned
from cloudops.engine.verify import verify
from cloudops.engine.worlds import united
from cloudops.errors import Blocked, ExecutionFailed, Misused, PartlyApplied, Stale
from cloudops.request import Answer, Intent
from cloudops.state.contract import StoreError
from modalities.claim import Lease
from modalities.codec import sealed
from modalities.contract import Draft, Modality, Portal, Problem, Rebase, Rebaser
from modalities.plan import Evidence, Plan, Route
from modalities.receipt import Outcome
from modalities.resource import Kind, World
from modalities.step import Fidelity, Step
from modalities.target import Approval, Target, opened
from policies.finding import Verdict
from policies.settings import PolicySettings

MOMENT = 2.0
"""Seconds for which what was read of a cloud needs no second look."""

UNSETTLED = 3600.0
"""Seconds for which claims stay on what is not known to have taken effect."""


class Course:
    """One passage on one target; ``hands.lead`` looks and proposes. A plan over two clouds has
    the other site ``also``. ``meanwhile``: the run that is taken up or taken back, as it was."""

    def __init__(
        self,
        parts: Parts,
        passage: Passage,
        hands: Hands,
        target: Target,
        also: Sequence[Site] = (),
        meanwhile: Meanwhile | None = None,
    ) -> None:
        self.parts = parts
        self.passage = passage
        self._target = target
        self._also = tuple(also)
        self._meanwhile = meanwhile
        self.led_by(hands)
        self._quiet: int | None = None
        self._problems: tuple[Problem, ...] | None = None
        self._looked = 0.0
        self._seen_last: World | None = None

    def led_by(self, hands: Hands, *, also: Sequence[Site] | None = None) -> None:
        """Go on with other hands; what they send is counted from now on."""
        if also is not None:
            self._also = tuple(also)
        self.hands = hands.beside({site.name: site.hands for site in self._also})
        for site in self.sites:
            for hand in site.hands:
                self.passage.hear(hand.traffic(site.target))
                if isinstance(hand, Portal):
                    self.passage.watch(hand)

    @property
    def target(self) -> Target:
        """With no call longer than what is left of the run's time."""
        return self.passage.stop.in_time(self._target)

    @property
    def sites(self) -> tuple[Site, ...]:
        """All that the plan acts on, its own target first."""
        settings = self.parts.settings if self.parts else PolicySettings()
        also = (replace(s, target=self.passage.stop.in_time(s.target)) for s in self._also)
        return (Site("", self.target, self.hands, settings), *also)

    @property
    def targets(self) -> Mapping[str, Target]:
        """The other targets by name."""
        return {site.name: site.target for site in self.sites if site.name}

    def reader(self) -> Reader:
        """What reads all of them back."""
        stop = self.passage.stop
        also = {s.name: reader_of(s.hands, in_time(s.target, stop)) for s in self._also}
        return reader_of(self.hands, in_time(self._target, stop), also)

    @property
    def hand(self) -> Modality:
        return self.hands.lead

    def look(self, kinds: Sequence[Kind] = ()) -> World:
        """What the target holds, and who we are there."""
        self._quiet = self.passage.store.quiet()
        self._looked = time.monotonic()
        worlds = tuple(self._looked_at(site, kinds) for site in self.sites)
        self.passage.know(identity=self.hand.identify(self.target))
        self._seen_last = united(worlds)
        return self._seen_last

    def _looked_at(self, site: Site, kinds: Sequence[Kind]) -> World:
        store = self.passage.store
        since = store.moment()
        world = self._seen(site, kinds)
        if not kinds and not store.knows(world.scope):
            # what drift is told from: what was there before we did anything
            read = [kind for kind in Kind if kind not in world.unread]
            scope = world.scope
            store.record(world, run=None, modality=OUTSIDE, whole=scope, kinds=read, since=since)
            store.located(site.target.name, world.scope)
        return world

    def _seen(self, site: Site, kinds: Sequence[Kind]) -> World:
        if kinds:
            return site.hands.lead.read(site.target, kinds)
        return looked(site.hands.lead, site.hands, site.target)

    def with_things(self, world: World, steps: Sequence[Step]) -> World:
        """The world with what there is now of all that the steps are about and no kind names.
        Raises CloudError."""
        for site in self.sites:
            world = with_seen(world, seen_by(site.hands, site.target, site.steps(steps)))
        return world

    def rebase(self) -> Rebase:
        """What lays the ways back of one run on what is there now, where a hand writes things
        whole."""
        known: dict[int, Rebase] = {}

        def rebased(done: Step, back: Step) -> Step:
            site = next(site for site in self.sites if site.name == back.target)
            hand = site.hands.of(replace(back, target=""))
            if not isinstance(hand, Rebaser):
                return back
            if id(hand) not in known:
                known[id(hand)] = hand.rebasing(site.target, site.meant)
            return known[id(hand)](done, back)

        return rebased

    def observe(self, kinds: Sequence[Kind]) -> World:
        """What the leading hand itself shows, for an answer."""
        world = self.hand.observe(self.target, kinds)
        self.passage.know(identity=self.hand.identify(self.target))
        return world

    def proposed(
        self,
        intent: Intent,
        draft: Draft,
        world: World,
        route: Route | None,
        explicit: Sequence[str],
        *,
        undoes: str | None = None,
        whole: bool = True,
    ) -> Report:
        """From a hand's draft to the end, or to the question where not ``whole``."""
        if not draft.steps:
            return self.nothing_to_do(draft)
        world = with_seen(world, draft.seen)
        witness = witnessed(self, intent, draft, world)
        draft = warned(self, draft, world)
        others = (*advisories(world, self.passage.store), *advised(self))
        draft = replace(draft, advisories=(*draft.advisories, *others))
        plan = self.composed(intent, draft, world, route, undoes)
        self.verified(plan, world)
        begun(self, witness, plan)
        plan = self.explored(plan, world, witness.notes)
        verdict = self.judged(plan, world, explicit)
        return self.decided(plan, verdict) if whole else self.planned(plan)

    def planned(self, plan: Plan) -> Report:
        """The end before the question; with the plan's claims kept where that is asked for."""
        seconds = self.passage.options.hold
        if seconds is not None:
            self.passage.know(hold=hold(self, plan, seconds))
        return self.passage.ended("planned")

    def told(self, answer: Answer) -> Report:
        """The end of a question."""
        if answer.graph is not None:
            files = self.parts.paint(answer.graph, self.passage.run)
            answer = replace(answer, files=tuple(str(file) for file in files))
        self.passage.know(answer=answer)
        self.passage.count()
        return self.passage.ended("done")

    def nothing_to_do(self, draft: Draft) -> Report:
        said = [a.text for a in draft.advisories] or list(draft.defaults)
        self.passage.know(answer=Answer(text=" ".join(("Nothing to do.", *said))))
        return self.passage.ended("no_op")

    def composed(
        self, intent: Intent, draft: Draft, world: World, route: Route | None, undoes: str | None
    ) -> Plan:
        with self.passage.stage("compose"):
            plan = self.drawn_up(intent, draft, world, route, undoes)
            self.passage.know(plan=plan, identity=plan.identity)
            steps = [{"id": s.id, "effect": s.effect, "why": s.why} for s in plan.steps]
            self.passage.journal.note("compose", "planned", digest=plan.digest, steps=steps)
            return plan

    def drawn_up(
        self,
        intent: Intent,
        draft: Draft,
        world: World,
        route: Route | None,
        undoes: str | None = None,
    ) -> Plan:
        """The plan of a draft, with its cost and no evidence yet; nothing is written down.
        Raises CannotEvaluate where what could not be read may matter to it."""
        self._require_concerned(draft.steps, world)
        draft = replace(draft, advisories=(*draft.advisories, *of_unread(world)))
        return compose(
            request=self.passage.report.request,
            intent=intent,
            target=self.target,
            identity=self.hand.identify(self.target),
            draft=draft,
            evidence=Evidence("none", Fidelity.NONE),
            route=route,
            cost=change_of(self.sites, draft.steps, world, self.parts.prices),
            world=world,
            undoes=undoes,
            also=also_of(self.sites[1:]),
        )

    def _require_concerned(self, steps: Sequence[Step], world: World) -> None:
        for site in self.sites:
            require_concerned(site.steps(steps), site.part(world))

    def verified(self, plan: Plan, world: World) -> None:
        """Raises Misused where the plan is not well formed or the cloud would refuse it."""
        with self.passage.stage("verify"):
            problems = verify(plan, self.hands, world)
        self._problems = problems
        for problem in problems:
            if not problem.blocking:
                text = f"{problem.step}: {problem.message}"
                self.passage.journal.note("verify", "notice", text=text)
        blocking = [p for p in problems if p.blocking]
        if blocking:
            first, more = blocking[0], len(blocking) - 1
            raise Misused(
                "this cannot be done as asked" + (f" (and {more} more problems)" if more else ""),
                detail=f"step {first.step}: {first.path}: {first.message}",
                remedy=first.suggestion,
            )

    def explored(self, plan: Plan, world: World, remembered: tuple[str, ...] = ()) -> Plan:
        """The plan with the evidence of its rehearsal, and what is ``remembered`` of others."""
        passage = self.passage
        with passage.stage("explore"):
            passage.journal.note("explore", "rehearsing", steps=len(plan.steps))
            tried = explore(
                plan,
                self.hands,
                self.parts.copies,
                self.target,
                world,
                passage.journal,
                passage.stop,
                self.targets,
            )
            passage.check_time()
            require_success(tried)
        steps = tuple(labelled(plan.steps, tried.evidence))
        evidence = replace(tried.evidence, notes=(*tried.evidence.notes, *remembered))
        plan = sealed(replace(plan, steps=steps, evidence=evidence))
        passage.know(plan=plan)
        passage.count()
        return plan

    def judged(
        self, plan: Plan, world: World, explicit: Sequence[str], *, begun: bool = False
    ) -> Verdict:
        """The verdict, written down with the plan. ``begun``: a part of it is done. Raises
        Denied, CannotEvaluate."""
        passage = self.passage
        with passage.stage("judge"):
            budget = passage.report.request.constraints.budget
            verdict = judged(
                plan,
                self.sites,
                world,
                self.parts,
                explicit,
                budget,
                self._problems,
                begun=begun,
                reversal=plan.undoes is not None and plan.undoes == passage.undoes,
            )
            passage.know(verdict=verdict)
            passage.journal.note("judge", "verdict", findings=verdict.findings)
            passage.store.put_plan(plan)
            passage.store.set_status(
                passage.run,
                passage.under_way,
                digest=plan.digest,
                scope=plan.identity.scope,
                unless=OVER,
            )
        require_allowed(verdict)
        return verdict

    def decided(self, plan: Plan, verdict: Verdict) -> Report:
        return self.executed(plan, self.approved(plan, verdict))

    def approved(self, plan: Plan, verdict: Verdict) -> Approval:
        passage = self.passage
        passage.journal.flush()
        with passage.stage("confirm"):
            actor = passage.report.request.actor
            asker, before = self.parts.asker, passage.overtaken
            approval = confirm(plan, verdict, passage.options, actor, asker, instead_of=before)
        passage.journal.mark("confirm", "approved", approval=approval, means=approval.means)
        return approval

    def executed(self, plan: Plan, approval: Approval, recalled: Recalled | None = None) -> Report:
        """Take the locks, do the steps, read back. ``recalled``: an earlier attempt got so far.
        Raises Overtaken where the ground has moved when the locks are had."""
        passage = self.passage
        leave = self._leave(plan, approval)
        timeout = passage.options.lock_timeout
        with claim(passage.store, plan, passage.run, passage.journal, timeout) as held:
            passage.fences.add(held.fence)
            if self._meanwhile is not None:
                self._meanwhile.require_nothing()
            else:
                require_still_ours(passage)
            executor = Executor(
                plan,
                Gateway(
                    plan,
                    self.hands,
                    leave,
                    held,
                    passage.journal,
                    secrets_dir=self.parts.secrets_dir,
                ),
                self.reader(),
                passage.journal,
                progress=recalled.progress if recalled else None,
                doubtful=frozenset(recalled.doubtful) if recalled else frozenset(),
                patience=self.parts.patience,
                stop=passage.stop,
                others=self._others(plan, resumed=recalled is not None),
            )
            passage.progress = executor.progress
            try:
                self._carried_out(plan, executor, recalled, held)
            except PartlyApplied:
                if any(r.outcome is Outcome.UNKNOWN for r in passage.progress.receipts.values()):
                    held.keep(UNSETTLED)
                raise
            except Stale as stale:
                held.keep(TTL)
                raise Overtaken(stale, held.lease) from stale
            held.left()  # who was stopped meanwhile says nothing of what others did to it
            passage.count()
            if plan.undoes:
                self._taken_back(plan, plan.undoes)
        return passage.ended("done")

    def _others(self, plan: Plan, *, resumed: bool) -> LeftToOthers:
        """Who may have changed what the run did, or put something into what it made."""
        if not resumed:
            return LeftToOthers(plan, self.rebase(), self.seen)
        inhabitants = Inhabitants(self.passage.run, plan, self.passage.store)
        return LeftToOthers(plan, self.rebase(), lambda _: self.look(), inhabitants)

    def _leave(self, plan: Plan, approval: Approval) -> Leave:
        """Raises Blocked where the approval does not hold (any more: a clock may jump)."""
        try:
            now = datetime.now(UTC)
            target = opened(self.target, approval, plan.digest, now)
            also = {k: opened(v, approval, plan.digest, now) for k, v in self.targets.items()}
        except PermissionError as error:
            again = f"`cloudops resume {self.passage.run}` asks again"
            raise Blocked(str(error), remedy=again) from error
        return Leave(target, approval, also)

    def _carried_out(
        self, plan: Plan, executor: Executor, recalled: Recalled | None, held: Held
    ) -> None:
        passage = self.passage
        record = Recording(passage, self.hands, self.sites, plan)
        undoing = recalled is not None and recalled.undoing
        with passage.stage("execute"):
            if recalled is None:
                self.stands(plan, held.lease)
                record.begin(self._seen_last)
            if not undoing:
                executor.run()
            passage.check_time()
        with passage.stage("settle"):
            try:
                world = settle(executor, passage.journal, undoing=undoing)
            except PartlyApplied:
                with suppress(StoreError):  # what stands in the cloud is what must be told
                    record.keep_things()
                raise
            except ExecutionFailed:
                held.left()  # it is not for who lost the claims to say that the run has failed
                raise
            held.left()  # who has the claims now knows better how things stand
            record.remember(world)
            record.keep_things()
            self.passage.know(followed=followed(self, plan))

    def _taken_back(self, plan: Plan, undone: str) -> None:
        """As far as can be. Raises PartlyApplied where something of the run stays: what was told
        before, and what no answer told of."""
        self.passage.store.set_status(undone, "undone")
        stays = [a.text for a in plan.advisories if a.severity == "danger" and a.step is None]
        steps, before = of_run(self.passage.store, undone)
        for target in sorted({step.target for step in steps}):
            own = [step for step in steps if step.target == target]
            stays += leftovers(own, before, self.reader().at(target).look(kinds_of(own)))
        if stays:
            raise PartlyApplied(
                "not all of it could be taken back",
                detail="; ".join(stays),
                remedy="look whether what is left is the run's, and ask for what you want instead; "
                f"`cloudops undo {undone}` looks again, and takes what others have left by then",
                left=tuple(stays),
            )

    def stands(self, plan: Plan, lease: Lease) -> None:
        """Raises Stale where the plan's ground moved before the lease was had."""
        if not self._just_looked(lease):
            self.unmoved(plan)

    def _just_looked(self, lease: Lease) -> bool:
        """Whether a second look would only repeat the first: it was a moment ago, nobody of
        ours has written since, and what others do cannot be excluded by looking again."""
        alone = self._quiet is not None and lease.fence == self._quiet + 1
        return alone and time.monotonic() - self._looked < MOMENT

    def unmoved(self, plan: Plan, world: World | None = None) -> None:
        """Raises Stale where what the plan stands on is not as it was, CannotEvaluate where
        that may not be seen any more."""
        if world is None:
            self._seen_last = self._ground(plan.steps)
            world = self.with_things(self._seen_last, plan.steps)
        self._require_concerned(plan.steps, world)
        keys = moved(plan.basis, world)
        if keys:
            raise Stale(
                "the cloud moved since this plan was made",
                detail=", ".join(key.rpartition(":")[2] for key in keys[:5]),
                remedy="make the plan again: it will be made from what is there now",
            )

    def seen(self, steps: Sequence[Step]) -> World:
        """What there is now of all that the steps stand on. Raises CloudError."""
        return self.with_things(self._ground(steps), steps)

    def _ground(self, steps: Sequence[Step]) -> World:
        """What there is now of the kinds that the steps stand on."""
        worlds = []
        for site in self.sites:
            own = site.steps(steps)
            kinds = {ref.kind for step in own for ref in (*step.changes, *step.uses)}
            if own:
                worlds.append(site.hands.lead.read(site.target, tuple(sorted(kinds))))
        return united(worlds)
