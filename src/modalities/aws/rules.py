"""Preconditions of our own: what AWS refuses though no type says so and an emulator lets pass.

A problem that blocks is certain; one that does not is something AWS may refuse, that cannot be
seen from here. Each rule names the page of AWS's documentation that it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from modalities.action import SdkCall
from modalities.aws.refusals import accounts, balancing, disks, machines, names, networks
from modalities.aws.refusals.view import View
from modalities.contract import Problem
from modalities.resource import World
from modalities.step import Step

Rule = Callable[[Step, SdkCall, View], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    names.buckets,
    names.balancers,
    names.groups,
    names.keys,
    names.images,
    names.tags,
    networks.network_ranges,
    networks.subnet_ranges,
    networks.zones,
    networks.ports,
    machines.existing,
    machines.guards,
    machines.resizing,
    machines.protection,
    disks.sizes,
    disks.growing,
    disks.attaching,
    disks.detaching,
    balancing.subnets,
    balancing.way_out,
    balancing.listeners,
    balancing.targets,
    accounts.default_network,
)


def preconditions(steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
    """Everything wrong with the steps, in their order, as ``world`` and the steps before show."""
    view = View(world, tuple(steps))
    found: list[Problem] = []
    for step in steps:
        if isinstance(step.action, SdkCall):
            found += [p for rule in RULES for p in rule(step, step.action, view)]
            view.done(step)
    return (*found, *accounts.many_vcpus(steps))
