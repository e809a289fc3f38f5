"""Targets beside the one that a command is for: what a request over two clouds needs, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cloudops.config import Config
from cloudops.engine.hands import Hands
from cloudops.engine.site import Site
from cloudops.errors import Misused
from cloudops.settings.targets import AZURE_SANDBOX, SANDBOX
from modalities.contract import Modality
from modalities.resource import Provider
from modalities.target import Target

BUILT_IN = {SANDBOX.name: AZURE_SANDBOX.name, AZURE_SANDBOX.name: SANDBOX.name}
"""The sandbox of either cloud, and the other's: nothing is real there, so it need not be named."""

Opened = tuple[Target, Sequence[Modality]]


def names(target: str) -> tuple[str, ...]:
    """Of the setting ``target``: one name, or several with commas between them."""
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in target.split(",")))))


@dataclass(slots=True)
class Beside:
    """Implements ``cloudops.engine.parts.Others``. ``more`` are the targets that were named
    after ``own``; ``open`` starts what a target needs, once it is needed."""

    config: Config
    own: Target
    more: Sequence[str]
    open: Callable[[Target], Opened]
    _opened: dict[str, Site] = field(default_factory=dict)

    def on(self, cloud: Provider) -> Site:
        chosen = [n for n in self.more if self.config.target(n).provider is cloud]
        if not chosen and BUILT_IN.get(self.own.name) in self._on(cloud):
            chosen = [BUILT_IN[self.own.name]]
        if len(chosen) == 1:
            return self.named(chosen[0])
        several = f"targets {' and '.join(chosen)} are both on" if chosen else "no target is on"
        raise Misused(
            f"the request is for {cloud.words}, too, and {several} {cloud.words}",
            detail=f"target {self.own.name} is on {self.own.provider.words}",
            remedy=self._how(cloud),
        )

    def named(self, target: str) -> Site:
        if target not in self._opened:
            self._opened[target] = self._site(self.config.target(target))
        return self._opened[target]

    def _site(self, target: Target) -> Site:
        if target.provider is self.own.provider:
            raise Misused(
                f"targets {self.own.name} and {target.name} are both on {target.provider.words}",
                remedy="one plan has one target on each cloud: name one of each",
            )
        if target.realm is not self.own.realm:
            raise Misused(
                f"{self.own.name} is {self.own.realm}, and {target.name} is {target.realm}",
                remedy="one plan is for what is real or for what is not: name two of one realm",
            )
        started, hands = self.open(target)
        there = Hands(tuple(hands), hands[0])
        return Site(target.name, started, there, self.config.policies_for(target))

    def _on(self, cloud: Provider) -> list[str]:
        """Targets there that one plan may have with our own."""
        known = self.config.targets.values()
        return [t.name for t in known if t.provider is cloud and t.realm is self.own.realm]

    def _how(self, cloud: Provider) -> str:
        there = self._on(cloud)
        if not there:
            return f"add a target for {cloud.words} that is {self.own.realm} to cloudops.toml"
        return " or ".join(f"--target {self.own.name},{name}" for name in there)


def checked(config: Config, target: str) -> tuple[Target, tuple[str, ...]]:
    """The first target that is named, and the names of the others. Raises Misused for a name that
    is not configured."""
    first, *more = names(target) or ("",)
    for name in more:
        config.target(name)
    return config.target(first), tuple(more)
