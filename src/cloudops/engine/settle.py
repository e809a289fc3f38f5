"""settle: what execution came to, by what the cloud shows afterwards."""

from __future__ import annotations

from cloudops.engine.execute import Executor
from cloudops.engine.journal import Journal
from cloudops.engine.progress import Progress
from cloudops.errors import Blocked, ExecutionFailed, PartlyApplied, Stale
from modalities.receipt import Failure, Trouble
from modalities.resource import World


def settle(executor: Executor, journal: Journal, *, undoing: bool = False) -> World:
    """Read every postcondition back; where one does not hold or a step failed, undo.
    What was read of all that the plan touches.
    ``undoing``: the run had failed before and is still taking itself back.

    Raises ExecutionFailed where all that took effect was undone, Blocked where a tool saw that
    the ground had moved and did nothing, PartlyApplied where some
    of it stands (``payload['left']``).
    """
    progress = executor.progress
    if undoing:
        failure = Failure(Trouble.CONFLICT, "Failed", "it had failed before it was broken off")
        progress.failures.append(("", failure))
    if not progress.failures:
        missed, world = executor.read_back()
        journal.mark("settle", "read_back", failed=list(missed))
        if not missed:
            return world
        for text in missed:
            progress.failures.append(("", Failure(Trouble.CONFLICT, "NotSo", text)))
    executor.undo()
    raise _stopped(progress)


MOVED = frozenset({"PlanMoved", "CodeMoved", "StateLocked"})
"""What a tool refuses because the ground moved: nothing was done, and it may succeed later."""

PASSING = frozenset({"StateLocked"})
"""What may succeed later with the same plan."""


def _stopped(progress: Progress) -> ExecutionFailed | PartlyApplied | Blocked:
    step, failure = progress.failures[0]
    where = f"step {step}: " if step else ""
    detail = f"{where}{failure.code}: {failure.message}"
    if progress.left:
        return PartlyApplied(
            "failed, and not all that took effect could be undone",
            detail=detail,
            remedy="see what is left; `cloudops resume` tries the undo again",
            left=tuple(progress.left),
            failure=failure,
        )
    if failure.code in MOVED and not progress.undone:
        stop = Blocked if failure.code in PASSING else Stale
        return stop(failure.message, detail=detail, remedy=failure.remedy, failure=failure)
    undone = len(progress.undone)
    what = f"{undone} steps that took effect were undone" if undone else "nothing was changed"
    return ExecutionFailed(f"failed; {what}", detail=detail, remedy=failure.remedy, failure=failure)
