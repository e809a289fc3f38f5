"""What a run that fails does not take back, since it is others' by now: values that they have set
again, and what they have something in. A run that was resumed gave them time for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cloudops.engine.changed_since import Latest, Look, changed_since, latest_of
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

    def found(self, progress: Progress) -> tuple[dict[str, str], tuple[str, ...]]:
        """The steps that took effect and are left so, each with why; and what of others goes with
        those that are not. Raises CloudError, StoreError."""
        took = frozenset(progress.took_effect)
        steps = [s for s in self.plan.steps if s.id in took and s.effect is not Effect.READ]
        if not steps:
            return {}, ()
        world, latest = self.look(steps), latest_of(self.plan.steps)
        whys = {s.id: "; ".join(self._whys(s, progress, world, latest)) for s in steps}
        held = {id: why for id, why in whys.items() if why}
        ending = [step for step in steps if step.id not in held]
        return held, tuple(text for s in ending for text in self._going(s, progress, world))

    def _whys(self, step: Step, progress: Progress, world: World, latest: Latest) -> Iterator[str]:
        try:
            list(changed_since(step, progress, world, latest, settled=False))
        except Moved as moved:
            yield f"stays, as others have changed it: {moved}"
        if self.inhabitants is not None:
            for back in _ways_back(step, progress):
                yield from self.inhabitants.of(back, world)

    def _going(self, step: Step, progress: Progress, world: World) -> Iterator[str]:
        if self.inhabitants is not None:
            for back in _ways_back(step, progress):
                yield from self.inhabitants.going(back, world)


def _ways_back(step: Step, progress: Progress) -> Iterator[Step]:
    for back in ways_back(step):
        yield replace(back, expects=tuple(known(back.expects, progress.output)))
