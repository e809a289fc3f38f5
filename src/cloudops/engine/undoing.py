"""Taking a run back: its reversals, newest first, as a plan like any other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from cloudops.engine.changed_since import changed_since, latest_of, subject_of
from cloudops.engine.expectations import bound, known
from cloudops.engine.progress import Progress
from cloudops.engine.recall import recalled_of
from cloudops.engine.ways_back import as_done, as_it_was, ways_back
from cloudops.engine.worlds import part_of
from cloudops.state.contract import Store
from modalities.action import TOKEN, IacChange, Output, bind
from modalities.contract import Draft, Rebase
from modalities.look import id_of
from modalities.plan import Advisory, Plan
from modalities.resource import Kind, ResourceRef, World
from modalities.step import Effect, Expect, Irreversible, Reversal, Step

Touched = Callable[[Step], Sequence[ResourceRef]]


def reversal(
    plan: Plan,
    progress: Progress,
    world: World,
    touched: Touched,
    rebase: Rebase = as_it_was,
) -> Draft:
    """The steps that take back what ``progress`` says took effect and still stands.
    ``touched`` tells what an action touches, as its own tool reads it: all that is claimed.
    ``rebase`` lays what writes a thing whole on what is there now.

    What cannot be taken back is an advisory; what is gone already is left out. Raises Moved where
    others have changed the same since, CloudError.
    """
    steps: list[Step] = []
    advisories: list[Advisory] = []
    defaults: list[str] = []
    last: dict[str, str] = {}
    by_id = {step.id: step for step in plan.steps}
    staying = progress.staying(plan.steps)
    followers = _followers(plan.steps)
    latest = latest_of(plan.steps)
    for id in progress.took_effect:
        step = by_id[id]
        if step.effect is Effect.READ:
            continue
        if isinstance(step.undo, Irreversible):
            advisories.append(Advisory("danger", f"{step.why}: stays, {step.undo.why}", None))
            continue
        if id in staying:
            text = f"{step.why}: stays, as it belongs to what cannot be undone"
            advisories.append(Advisory("danger", text, None))
            continue
        if _gone(step, progress, world):
            ref = step.changes[0] if step.changes else step.id
            defaults.append(f"{ref} is gone already")
            continue
        advisories += changed_since(step, progress, world, latest)
        after = _waits_for(id, followers, last)
        for back in _reversals(step, progress, world, touched, rebase):
            steps.append(replace(back, needs=after))
            after = (back.id,)
            last[id] = back.id
    return Draft(tuple(_in_turn(steps)), tuple(advisories), tuple(defaults))


def with_what_it_undoes(plan: Plan, store: Store) -> Plan:
    """The plan of a way back with what its steps take back as theirs, as far as the state has it;
    any other plan as it is. Raises StoreError."""
    run = store.run(plan.undoes) if plan.undoes else None
    original = store.plan(run.digest) if run is not None and run.digest else None
    if run is None or original is None:
        return plan
    progress = recalled_of(original, store.journal(run.id)).progress
    taken = {back.id: step for step in original.steps for back in ways_back(step)}
    steps = (_with_what_it_undoes(step, taken.get(step.id), progress) for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def _with_what_it_undoes(back: Step, step: Step | None, progress: Progress) -> Step:
    done = as_done(step, progress.output) if step is not None else None
    if done is None:
        return back
    own = {subject_of(expect) for expect in back.expects}
    left = known(done.expects, progress.output)
    expects = tuple(expect for expect in left if subject_of(expect) in own)
    return replace(back, undo=(Reversal(done.action, done.effect, done.why, expects),))


def _followers(steps: Sequence[Step]) -> dict[str, list[str]]:
    """The steps that need each, directly."""
    followers: dict[str, list[str]] = defaultdict(list)
    for step in steps:
        for need in step.needs:
            followers[need].append(step.id)
    return followers


def _waits_for(
    id: str, followers: Mapping[str, Sequence[str]], last: Mapping[str, str]
) -> tuple[str, ...]:
    """The reversals before this step's: of what needs it, also by way of steps that have none."""
    found: dict[str, None] = {}
    seen, waiting = {id}, [id]
    while waiting:
        for follower in followers.get(waiting.pop(), ()):
            if follower in last:
                found[last[follower]] = None
            elif follower not in seen:
                seen.add(follower)
                waiting.append(follower)
    return tuple(found)


def _reversals(
    step: Step,
    progress: Progress,
    world: World,
    touched: Touched,
    rebase: Rebase,
) -> Iterator[Step]:
    refs = (*step.changes, *_made(step, progress, world))
    done = as_done(step, progress.output)
    for back in ways_back(step):
        if back.id in progress.reversals:
            continue
        taken = replace(back, action=bind(back.action, progress.output, TOKEN))
        taken = rebase(done, taken) if done is not None else taken
        yield replace(
            taken,
            expects=_brought_about(step, taken.expects, progress),
            changes=tuple(dict.fromkeys((*refs, *touched(taken)))),
            before=step.after if back.effect is Effect.DELETE else {},
            after=step.before if back.effect is not Effect.DELETE else {},
        )


def _brought_about(step: Step, expects: Sequence[Expect], progress: Progress) -> tuple[Expect, ...]:
    """Of what is so when a step is taken back, what was not so before: the rest of a bucket's tags
    may be others' by now."""
    told = tuple(bound(expect, progress.output) for expect in expects)
    left = [replace(expect, within=0.0) for expect in known(step.expects, progress.output)]
    return tuple(e for e in told if replace(e, within=0.0) not in left) or told


def _in_turn(steps: list[Step]) -> Iterator[Step]:
    """Reversals that change the same resource and do not wait for each other: one by one."""
    seen: list[Step] = []
    for step in steps:
        clashes = tuple(s.id for s in seen if set(s.changes) & set(step.changes))
        yield replace(step, needs=tuple(dict.fromkeys((*step.needs, *clashes))))
        seen.append(step)


def _made(step: Step, progress: Progress, world: World) -> tuple[ResourceRef, ...]:
    """The names of what the step made, as they are now."""
    id = _id(step, progress)
    if id is None or not step.changes:
        return ()
    kind, world = step.changes[0].kind, part_of(world, step.changes[0].provider)
    resource = world.get(kind, id)
    return resource.refs() if resource else (world.ref(kind, id),)


def _gone(step: Step, progress: Progress, world: World) -> bool:
    """Whether what the step made or changed is not there any more; code that brings it about is
    its tool's to look after."""
    there = _subjects(step, progress)
    unread = any(kind in world.unread for kind, _ in there)
    return bool(there) and not unread and all(world.get(kind, id) is None for kind, id in there)


def _subjects(step: Step, progress: Progress) -> set[tuple[Kind, str]]:
    id = _id(step, progress)
    if step.effect is Effect.CREATE:
        return {(step.probe.kind, id)} if step.probe is not None and id else set()
    if step.effect is not Effect.UPDATE or isinstance(step.action, IacChange):
        return set()
    shown = [e for e in known(step.expects, progress.output) if e.kind is not Kind.OTHER]
    return {(e.kind, id_of(e.id)) for e in shown if e.test != "absent"}


def _id(step: Step, progress: Progress) -> str | None:
    try:
        return str(progress.output(Output(step.id, "id"))) or None
    except LookupError:
        return None
