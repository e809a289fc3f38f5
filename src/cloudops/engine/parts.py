"""What the journey is made of; put together in app.py and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cloudops.engine.contract import Asker, Copies, Interpreter, Observer
from cloudops.engine.execute import Patience
from cloudops.request import GraphData
from cloudops.state.contract import Store
from modalities.contract import Modality
from modalities.plan import Route
from modalities.prices.table import Prices
from modalities.target import Target
from policies.settings import PolicySettings


class Painter(Protocol):
    def __call__(self, graph: GraphData, run: str) -> tuple[Path, ...]:
        """Write the picture of a graph; the files written."""
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

    def hand(self, route: Route | None) -> Modality:
        """The first in rank; the only one there is where nothing was ranked."""
        if route is None or not route.ranked:
            return self.hands[0]
        first = route.ranked[0].modality
        return next(hand for hand in self.hands if hand.name == first)
