"""The words of a request that asked for deletions, when its plan is taken up again.

A plan that was made with this state has its request as it was understood in the journal of that
run: no model that read it then is asked again. One from elsewhere has only its request's text.
"""

from __future__ import annotations

from cloudops.engine.parts import Parts
from cloudops.errors import NotUnderstood
from cloudops.request import DESTROY_CODE, Context, Intent, Request
from cloudops.state.contract import Run, Store
from modalities.change import Delete, Operate
from modalities.codec import Malformed, decode
from modalities.plan import Plan

MOST_RUNS = 1000


def words(parts: Parts, plan: Plan) -> tuple[str, ...]:
    """Raises StoreError."""
    if plan.undoes or plan.request.startswith(DESTROY_CODE):
        return (plan.request,)
    intent = _understood(parts.store, plan) or _read_again(parts, plan)
    if intent is None:
        return ()
    asking = (c for c in intent.changes if isinstance(c, Delete | Operate))
    return tuple(c.explicit for c in asking if c.explicit)


def _understood(store: Store, plan: Plan) -> Intent | None:
    for run in store.runs(limit=MOST_RUNS):
        if run.digest == plan.digest and run.request == plan.request:
            intent = _journaled(store, run)
            if intent is not None:
                return intent
    return None


def _journaled(store: Store, run: Run) -> Intent | None:
    """None where nothing was read, by another version, or something in it was masked."""
    for event in reversed(store.journal(run.id)):
        if event.what == "understood" and event.body.get("intent"):
            try:
                return decode(Intent, event.body["intent"])
            except Malformed:
                return None
    return None


def _read_again(parts: Parts, plan: Plan) -> Intent | None:
    request = Request(text=plan.request, target=plan.target, actor="")
    try:
        return parts.interpreter.interpret(request, Context(cloud=parts.target.provider))
    except NotUnderstood:
        return None
