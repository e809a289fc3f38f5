"""The memory of one target: what was done before, whether a plan is as it was, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cloudops.memory.adapting import Unfit, adapted
from cloudops.memory.learning import Setting, Unlearnable, learnt
from cloudops.memory.standing import fallen, moved, standing
from cloudops.memory.structure import structure_of
from cloudops.request import Intent
from cloudops.state.contract import Store
from cloudops.state.workflow import Use, UseEnd, Workflow
from modalities.contract import Draft
from modalities.plan import Advisory, ModalityName
from modalities.resource import World
from modalities.target import Identity

HERE = "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What memory says of a draft. ``candidate`` is what would be remembered of it. ``notes``
    are for the plan's evidence; ``said`` is for the journal."""

    candidate: Workflow | None = None
    notes: tuple[str, ...] = ()
    said: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Recollection:
    """A draft from memory, by ``workflow``, and what a person should know of that; where there
    is none, why each did not fit."""

    draft: Draft | None = None
    workflow: Workflow | None = None
    advisory: Advisory | None = None
    unfit: tuple[str, ...] = ()


class Memory:
    """Drafts and bears witness; it opens no gate. What it raises is StoreError alone."""

    def __init__(
        self,
        store: Store,
        versions: Callable[[ModalityName], Mapping[str, str]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._versions = versions
        self._now = now

    def witness(
        self,
        intent: Intent,
        draft: Draft,
        hand: ModalityName,
        world: World,
        identity: Identity,
        run: str,
    ) -> Witness:
        """What is remembered of a draft that was made without memory."""
        setting = self._setting(world, identity, run, hand)
        try:
            candidate = learnt(intent, draft, hand, setting)
        except Unlearnable as nothing:
            return Witness(said={"learnt": False, "why": str(nothing)})
        known = next(
            (w for w in self._store.workflows(candidate.structure) if w.id == candidate.id), None
        )
        if known is None:
            return Witness(candidate=candidate, said={"workflow": candidate.id, "known": False})
        why = self._checked(known, intent, draft, setting)
        told = {
            "workflow": known.id,
            "known": True,
            "same": known.form == candidate.form,
            "would_have_been": why or "the same",
        }
        return Witness(candidate=candidate, notes=(self._note(known, candidate),), said=told)

    def _checked(self, known: Workflow, intent: Intent, draft: Draft, setting: Setting) -> str:
        """Why memory would not have made the same draft; empty where it would. A workflow that
        says it fits and comes out otherwise drafts nothing any more."""
        try:
            if adapted(known, intent, setting).steps == draft.steps:
                return ""
        except Unfit as unfit:
            return str(unfit)
        why = "drafted afresh, it came out otherwise"
        self._store.keep(replace(known, why_not=why))
        return why

    def _note(self, known: Workflow, candidate: Workflow) -> str:
        record = standing(known, self._store.uses(known.id))
        if known.form != candidate.form:
            return f"otherwise than workflow {known.id}, which {record.words}"
        if not known.trusted:
            return f"as in workflow {known.id} from {known.origin}, which is not proven here"
        then = moved(known.versions, candidate.versions)
        since = f"; but since: {', '.join(then)}" if then else ""
        return f"as in workflow {known.id}, which {record.words}{since}"

    def recall(
        self,
        intent: Intent,
        hand: ModalityName,
        world: World,
        identity: Identity,
        run: str,
        *,
        watched: bool,
    ) -> Recollection:
        """A draft from what came through before; nothing is sent, no model is asked.

        ``watched``: a person is there to approve it. Without one it is never from what has not
        come through here.
        """
        setting = self._setting(world, identity, run, hand)
        unfit: list[str] = []
        for workflow in self._store.workflows(structure_of(intent.changes).digest):
            if workflow.hand is not hand:
                continue
            if not (workflow.trusted or watched):
                unfit.append(f"workflow {workflow.id} from {workflow.origin} is not proven here")
                continue
            try:
                draft = adapted(workflow, intent, setting)
            except Unfit as why:
                unfit.append(f"workflow {workflow.id} does not fit: {why}")
                continue
            told = self._told(workflow, setting)
            return Recollection(draft, workflow, told, tuple(unfit))
        return Recollection(unfit=tuple(unfit))

    def _told(self, workflow: Workflow, setting: Setting) -> Advisory:
        if not workflow.trusted:
            text = f"drafted from workflow {workflow.id} from {workflow.origin}: not proven here"
            return Advisory("warning", text)
        record = standing(workflow, self._store.uses(workflow.id))
        text = f"drafted from memory: workflow {workflow.id}, which {record.words}"
        then = moved(workflow.versions, setting.versions)
        return Advisory("info", text + (f"; since then: {', '.join(then)}" if then else ""))

    def begun(self, candidate: Workflow, plan: str, run: str, *, recalled: bool) -> None:
        """A plan with this form is on its way: rehearsal, gates, execution."""
        self._store.begin_use(
            Use(
                plan=plan,
                workflow=candidate.id,
                form=candidate.form,
                run=run,
                at=self._now(),
                versions=candidate.versions,
                recalled=recalled,
                candidate=candidate,
            )
        )

    def ended(self, plan: str, ending: UseEnd) -> str:
        """Learn from how a plan ended; a line for people where a workflow is learnt or dropped."""
        use = self._store.end_use(plan, ending)
        if use is None or use.candidate is None:
            return ""
        known = self._store.workflow(use.workflow)
        if ending is UseEnd.DONE:
            return self._kept(use.candidate, known)
        if known is not None and (why := fallen(known, self._store.uses(known.id))):
            self._store.drop(known.id)
            return f"workflow {known.id} is dropped: {why}"
        return ""

    def _kept(self, candidate: Workflow, known: Workflow | None) -> str:
        if known is None:
            self._store.keep(candidate)
            return f"remembered as workflow {candidate.id}"
        same = known.form == candidate.form
        origin, why_not = (known.origin, known.why_not) if same else (HERE, candidate.why_not)
        self._store.keep(replace(candidate, origin=origin, why_not=why_not or candidate.why_not))
        if same and not known.trusted:
            return f"workflow {known.id} from {known.origin} came through here: it is trusted now"
        return "" if same else f"workflow {known.id} is learnt anew"

    def _setting(self, world: World, identity: Identity, run: str, hand: ModalityName) -> Setting:
        versions = self._versions(hand)
        return Setting(world=world, identity=identity, run=run, versions=versions, now=self._now())
