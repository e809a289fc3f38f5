"""A run that is taken up or taken back, as it was when it was read: until its locks are had,
another process may go on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudops.engine.holder import holder_of
from cloudops.engine.passage import OVER
from cloudops.engine.undone_before import beside
from cloudops.errors import Blocked

if TYPE_CHECKING:
    from cloudops.engine.passage import Passage
    from cloudops.state.contract import Run, Store


class Meanwhile:
    """``lines`` are the run's journal as it was then."""

    def __init__(self, passage: Passage, run: Run) -> None:
        self._passage = passage
        self._run = run
        before = self._own()
        self.lines = passage.store.journal(run.id)
        self._of_others = len(self.lines) - before
        self._undone = self._taken_back()

    def require_nothing(self) -> None:
        """To be asked under the run's locks. Raises Blocked where another process wrote to the
        run, or took it back, or went on with taking it back: what is known of it is not how it
        stands."""
        store, id = self._passage.store, self._run.id
        now = store.run(id)
        # our own passage may have called it under way again
        same = now is not None and now.status in (self._run.status, self._passage.under_way)
        lines = len(store.journal(id)) - self._own()
        if not same or lines != self._of_others or self._taken_back() != self._undone:
            raise _gone_on_with(id, now)

    def _own(self) -> int:
        """How many of its lines are of this process."""
        own = self._passage.run == self._run.id
        return self._passage.journal.written if own else 0

    def _taken_back(self) -> tuple[str, int] | None:
        """The undo that got furthest, and how many lines it has, of the run, or of the one that it
        takes back itself; None where that is this process's own."""
        latest = beside(self._passage.store, self._run, self._passage.run)
        return (latest.run.id, latest.lines) if latest is not None else None


def require_still_ours(passage: Passage) -> None:
    """To be asked under the locks of a run that this process began, or plans by its words: while
    it waited it held nothing, and looked like one that had died. Raises Blocked where another
    process took it up or back: what it asks for is done, or is not wanted any more. One that tried
    and had no locks did nothing."""
    store, id = passage.store, passage.run
    now, me = store.run(id), holder_of(id)
    over = now is None or now.status in OVER
    claims = (held for held in store.claims() if held.plan is None)
    beside = any(held.run == id and held.holder != me for held in claims)
    if over or beside or fences_of(store, id) - passage.fences:
        raise _gone_on_with(id, now)


def fences_of(store: Store, id: str) -> frozenset[int]:
    """Of all leases under which the run was gone on with so far."""
    return frozenset(e.body["fence"] for e in store.journal(id) if e.what == "locked")


def _gone_on_with(id: str, now: Run | None) -> Blocked:
    return Blocked(
        f"another process went on with run {id} meanwhile",
        detail=f"it is {now.status} now" if now is not None else "",
        remedy=f"`cloudops runs {id}` shows what it did",
    )
