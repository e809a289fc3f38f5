"""What the journey is made of; put together in app.py and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from cloudops.engine.contract import Asker, Copies, Interpreter, Observer
from cloudops.engine.execute import Patience
from cloudops.engine.hands import Hands
from cloudops.engine.site import Site
from cloudops.llm.contract import Usage
from cloudops.memory.memory import Memory
from cloudops.planner.ailing import Repairer
from cloudops.request import GraphData
from cloudops.state.contract import Store
from modalities.contract import Modality
from modalities.plan import Route
from modalities.prices.table import Prices
from modalities.resource import Provider
from modalities.target import Target
from policies.settings import PolicySettings


class Painter(Protocol):
    def __call__(self, graph: GraphData, run: str) -> tuple[Path, ...]:
        """Write the picture of a graph; the files written."""
        ...


class Others(Protocol):
    """The targets that a request may need beside its own, opened when one is first asked for."""

    def on(self, cloud: Provider) -> Site:
        """The one on that cloud. Raises Misused, saying which would do and how it is named."""
        ...

    def named(self, target: str) -> Site:
        """Raises Misused where there is none, or where it is not for one plan with our own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    store: Store
    target: Target
    hands: tuple[Modality, ...]
    interpreter: Interpreter
    copies: Copies
    asker: Asker
    observer: Observer | None
    prices: Prices
    settings: PolicySettings
    paint: Painter
    patience: Patience
    secrets_dir: Path
    """Where private keys that a cloud hands out once are kept, for their owner alone."""
    memory: Memory | None = None
    """None: nothing is remembered."""
    others: Others | None = None
    """None: there is no other target."""
    spent: Callable[[], Usage] = Usage
    """What models were asked so far, in this process; nothing where there are none."""
    repairer: Repairer | None = None
    """Who is asked about a failed try that no rule mends; None: a person."""

    def led_by(self, route: Route | None) -> Hands:
        """The hands, led by the first in rank; by the first there is where nothing was ranked.

        Raises Misused where that hand is not here.
        """
        return Hands(self.hands, self.hands[0]).led_by(route)

    @property
    def site(self) -> Site:
        """Our own target, before hands are ranked."""
        return Site("", self.target, self.led_by(None), self.settings)

    def at(self, site: Site) -> Parts:
        """The same for one of a plan's sites, as if there were no other."""
        hands = tuple(site.hands)
        return replace(self, target=site.target, hands=hands, settings=site.settings)
