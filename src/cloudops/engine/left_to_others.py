"""What a run that fails does not take back, since it is others' by now: values that they have set
again, and what they have something in. A run that was resumed gave them time for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cloudops.engine.changed_since import Look, changed_since, last_changes
from cloudops.engine.expectations import known
from cloudops.engine.inhabitants import Inhabitants
from cloudops.engine.progress import Progress
from cloudops.engine.ways_back import ways_back
from modalities.contract import Moved, Rebase
from modalities.plan import Plan
from modalities.resource import World
from modalities.step import Effect, Step


@dataclass(frozen=True, slots=True)
class LeftToOthers:
    """``rebase`` lays the ways back on what is there by then; ``look`` shows it. ``inhabitants``:
    None where nobody had the time to put something into what the run made."""

    plan: Plan
    rebase: Rebase
    look: Look
    inhabitants: Inhabitants | None = None

    def held(self, progress: Progress) -> dict[str, str]:
        """The steps that took effect and are left so, each with why. Raises CloudError."""
        took = frozenset(progress.took_effect)
        steps = [s for s in self.plan.steps if s.id in took and s.effect is not Effect.READ]
        if not steps:
            return {}
        world, latest = self.look(steps), last_changes(self.plan.steps)
        found = {s.id: "; ".join(self._whys(s, progress, world, s.id in latest)) for s in steps}
        return {id: why for id, why in found.items() if why}

    def _whys(self, step: Step, progress: Progress, world: World, last: bool) -> Iterator[str]:
        try:
            list(changed_since(step, progress, world, last=last, settled=False))
        except Moved as moved:
            yield f"stays, as others have changed it: {moved}"
        if self.inhabitants is None:
            return
        for back in ways_back(step):
            told = replace(back, expects=tuple(known(back.expects, progress.output)))
            yield from self.inhabitants.of(told, world)
