"""Who judges which task, and all it takes to do so: two looks at the cloud and what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.gym import answers, portal, provisioning, topology, updates
from sandbox.gym.case import Case, Judgement
from sandbox.gym.expected import expected
from sandbox.gym.inventory import Inventory
from sandbox.gym.reader import Reader
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
    "M5": portal.health,
}


def judge(
    task: str, prompt: str, before: Inventory, after: Inventory, told: Told, reader: Reader
) -> Judgement:
    """The judgement on one episode. ``reader`` tells what the instance types and images in the
    cloud are."""
    case = Case(
        task=task,
        prompt=prompt,
        wanted=expected(prompt),
        before=before,
        after=after,
        told=told,
        types=_types(after, reader),
        images=_images(after, reader),
    )
    if told.exit_code and not case.differences:
        return Judgement(missed=(f"exit {told.exit_code}: {told.trouble or 'nothing was said'}",))
    return JUDGES[task](case)


def _types(cloud: Inventory, reader: Reader) -> dict[str, Item]:
    names = sorted({vm["InstanceType"] for vm in cloud.of("instance").values()})
    if not names:
        return {}
    found = reader.ec2.describe_instance_types(InstanceTypes=names)["InstanceTypes"]
    return {type["InstanceType"]: type for type in found}


def _images(cloud: Inventory, reader: Reader) -> dict[str, Item]:
    """Of those that are still there."""
    ids = sorted({vm["ImageId"] for vm in cloud.of("instance").values()})
    if not ids:
        return {}
    filters = [{"Name": "image-id", "Values": ids}]
    return {
        image["ImageId"]: image for image in reader.ec2.describe_images(Filters=filters)["Images"]
    }
