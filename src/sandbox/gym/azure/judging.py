"""Who judges which task on Azure, and all it takes to do so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.gym.azure import answers, health, provisioning, topology, updates
from sandbox.gym.azure.reader import Reader
from sandbox.gym.case import Case, Judgement
from sandbox.gym.expected import expected
from sandbox.gym.inventory import Inventory
from sandbox.gym.sources import Item
from sandbox.gym.told import Told

JUDGES: Mapping[str, Callable[[Case], Judgement]] = {
    "P1": provisioning.single,
    "P2": provisioning.three,
    "P3": provisioning.behind_balancer,
    "U1": updates.disk_attached,
    "U2": updates.diagnosed,
    "U3": updates.turned_spot,
    "M1": answers.status,
    "M2": answers.public_address,
    "M3": answers.disks,
    "M4": topology.graph,
    "M5": health.health,
}


def judge(
    task: str, prompt: str, before: Inventory, after: Inventory, told: Told, reader: Reader
) -> Judgement:
    """The judgement on one episode. ``reader`` tells what the sizes of machines are."""
    case = Case(
        task=task,
        prompt=prompt,
        wanted=expected(prompt),
        before=before,
        after=after,
        told=told,
        types=_sizes(reader) if task in ("P1", "P2", "P3") else {},
        images={},
    )
    if told.exit_code and not case.differences:
        return Judgement(missed=(f"exit {told.exit_code}: {told.trouble or 'nothing was said'}",))
    return JUDGES[task](case)


def _sizes(reader: Reader) -> dict[str, Item]:
    """Of the reader's location, by name in small letters."""
    path = f"{reader.scope}/providers/Microsoft.Compute/locations/{reader.location}/vmSizes"
    return {size["name"].casefold(): size for size in reader.listed(path, "2024-07-01")}
