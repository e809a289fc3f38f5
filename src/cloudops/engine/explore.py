"""explore: the draft is tried in a disposable copy of the target, where nothing is real."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from cloudops.engine.contract import Copies
from cloudops.engine.execute import REHEARSAL, Executor
from cloudops.engine.gateway import Gateway, Rehearsal
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.journal import Journal
from cloudops.engine.progress import Progress
from cloudops.engine.seeing import in_time, reader_of
from cloudops.engine.time_left import Ending
from cloudops.engine.worlds import part_of
from cloudops.errors import ExecutionFailed
from modalities.plan import Evidence, Plan, identities
from modalities.receipt import CloudError, Failure, Trouble
from modalities.resource import World
from modalities.step import Fidelity
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Tried:
    """``failures`` are steps that failed in the copy, with the reason."""

    evidence: Evidence
    failures: tuple[tuple[str, Failure], ...] = ()


def explore(
    plan: Plan,
    hands: Hands,
    copies: Copies,
    target: Target,
    world: World,
    journal: Journal,
    stop: Ending,
    also: Mapping[str, Target] | None = None,
) -> Tried:
    """Run the draft plan in a copy seeded from ``world`` and read everything back; where it has
    steps for other targets ``also``, in a copy of each.

    What the emulated cloud cannot imitate is left out and said; it proves nothing.
    """
    try:
        with ExitStack() as made:

            def copied(one: Target) -> Target:
                return made.enter_context(copies.copy(one, part_of(world, one.provider)))

            copy, others = copied(target), {k: copied(v) for k, v in (also or {}).items()}
            return _rehearse(plan, hands, copy, journal, stop, others)
    except CloudError as error:
        note = f"not rehearsed: {error.message}"
        return Tried(Evidence("none", Fidelity.NONE, (note,)))


def in_a_copy(
    plan: Plan,
    hands: Hands,
    copy: Target,
    journal: Journal,
    stop: Ending,
    also: Mapping[str, Target] | None = None,
) -> Executor:
    """What does the plan there, and may take it back."""
    others = also or {}
    readers = {name: reader_of(hands.at(name), in_time(one, stop)) for name, one in others.items()}
    return Executor(
        plan,
        Gateway(plan, hands, Rehearsal(copy, others), Alone(), journal, "explore"),
        reader_of(hands, in_time(copy, stop), readers),
        journal,
        tolerated=frozenset({Trouble.NOT_EMULATED}),
        patience=REHEARSAL,
        stop=stop,
        stage="explore",
    )


def _rehearse(
    plan: Plan,
    hands: Hands,
    copy: Target,
    journal: Journal,
    stop: Ending,
    also: Mapping[str, Target],
) -> Tried:
    executor = in_a_copy(plan, hands, copy, journal, stop, also)
    progress = executor.run()
    if stop.is_set():
        raise KeyboardInterrupt
    return Tried(evidence_of(plan, progress), failures_of(executor))


def failures_of(executor: Executor) -> tuple[tuple[str, Failure], ...]:
    """Steps that failed, with the reason; where none did, postconditions that do not hold."""
    if executor.progress.failures:
        return tuple(executor.progress.failures)
    missed, _ = executor.read_back()
    return tuple(("", Failure(Trouble.INVALID, "NotSo", text)) for text in missed)


def evidence_of(plan: Plan, progress: Progress) -> Evidence:
    """What the rehearsal showed. What was left out proves nothing, and is said."""
    left_out = sorted(progress.skipped)
    notes = tuple(f"the sandbox cannot imitate {id}: not rehearsed" for id in left_out)
    return Evidence(
        sandbox="emulated " + " and ".join(who.provider for who in identities(plan)),
        fidelity=Fidelity.NONE if left_out else Fidelity.HEURISTIC,
        notes=notes,
        rehearsed=tuple(progress.receipts),
    )


def require_success(tried: Tried) -> None:
    """Raises ExecutionFailed where the rehearsal failed: nothing real was touched."""
    if not tried.failures:
        return
    step, failure = tried.failures[0]
    where = f"step {step}: " if step else ""
    raise ExecutionFailed(
        "the rehearsal failed, so nothing was changed",
        detail=f"{where}{failure.code}: {failure.message}",
        remedy=failure.remedy or "change the request, or see `cloudops runs` for the journal",
        failure=failure,
    )
