"""A plan that was made before its locks were had, and whose ground others moved meanwhile, is made
anew, under those locks: who asked to wait for others is to get through.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from cloudops.errors import Stale
from cloudops.state.contract import StoreError

if TYPE_CHECKING:
    from cloudops.engine.passage import Passage
    from cloudops.engine.report import Report
    from cloudops.state.contract import Store
    from modalities.claim import Lease


class Overtaken(Stale):
    """The ground had moved when the locks were had. They are still held, under a lease that
    nobody renews: who thinks for longer than that keeps nobody waiting."""

    def __init__(self, stale: Stale, lease: Lease) -> None:
        super().__init__(stale.summary, detail=stale.detail, remedy=stale.remedy)
        self.lease = lease


def in_spite_of_others(passage: Passage, go: Callable[[Passage], Report], *, plans: bool) -> Report:
    """``go``, and again where it was overtaken, for as long as locks are waited for
    (``--lock-timeout``) from the first time on: a hand may plan for longer than that. Each plan
    goes through all gates. Once where it ``plans`` nothing: a plan that was made before is done
    as it is, or not at all. Raises what ``go`` raises."""
    give_up: float | None = None
    kept: list[Lease] = []
    try:
        while True:
            try:
                return go(passage)
            except Overtaken as overtaken:
                kept.append(overtaken.lease)
                now = time.monotonic()
                give_up = now + passage.options.lock_timeout if give_up is None else give_up
                if not plans or now >= give_up:
                    raise
                text = f"{overtaken.summary} ({overtaken.detail}): it is made anew"
                passage.journal.note("execute", "notice", text=text)
                passage.anew()
    finally:
        _let_go(passage.store, kept)


def _let_go(store: Store, kept: list[Lease]) -> None:
    """What was kept and not taken again: a lease that was granted anew has another fence. One
    that cannot be let go ends by itself, and what came of the run is known already."""
    with suppress(StoreError):
        for lease in kept:
            store.release(lease)
