"""A missing dependency is made first where that is certain, and else is a person's."""

from __future__ import annotations

import pytest

from cloudops.engine.mending import Ground, mended
from cloudops.planner.ailing import Ailment, Mended
from modalities.action import SdkCall
from modalities.change import Attach, Change, Create, Delete, Operate, Selection
from modalities.contract import Lacking
from modalities.plan import ModalityName
from modalities.prices import table
from modalities.receipt import Failure, Trouble
from modalities.resource import Kind, Provider, World
from modalities.wanted import Disk, Network, SecurityGroup, Subnet, Vm

MAKER = SdkCall("sns", "CreateTopic", {"Name": "news-9"})
TOPIC = Lacking("sns topic", "news-9", maker=MAKER)
NETWORK = Lacking("network", "lab", Kind.NETWORK)
SUBNET = Lacking("subnet", "lab-a", Kind.SUBNET)
GROUP = Lacking("security group", "web", Kind.SECURITY_GROUP)
GONE = Failure(Trouble.NOT_FOUND, "Unresolved", "there is no such thing")


def supplied(lack: Lacking, *changes: Change, near: tuple[str, ...] = ()) -> Mended | None:
    world = World(Provider.AWS, "1/r")
    ground = Ground(asked=changes, world=world, prices=table.load(), region="us-east-1")
    ailment = Ailment(hand=ModalityName.SDK, failure=GONE, near=near, lacking=lack)
    return mended(changes, ailment, ground)


def operate(*calls: SdkCall) -> Operate:
    return Operate(provider=Provider.AWS, calls=calls, words="do it")


def test_a_call_of_the_vendors_own_comes_first_and_references_still_lead_where_they_did() -> None:
    queue = SdkCall("sqs", "CreateQueue", {"QueueName": "q"})
    tie = SdkCall("sns", "Set", {"TopicArn": "news-9", "Queue": [{"$output": "1.QueueUrl"}]})
    came = supplied(TOPIC, operate(queue, tie))
    assert came is not None
    (change,) = came.changes
    assert isinstance(change, Operate)
    assert change.calls[:2] == (MAKER, queue)
    last = change.calls[2]
    assert isinstance(last, SdkCall)
    assert last.parameters == {"TopicArn": "news-9", "Queue": [{"$output": "2.QueueUrl"}]}
    assert came.told == (
        "sns topic news-9 is made first (sns:CreateTopic), since there is none of that name"
    )
    assert supplied(TOPIC, change) is None, "not a second time"


@pytest.mark.parametrize(
    ("lack", "vm", "new"),
    [
        (NETWORK, Vm(name="a", network="lab"), Network(name="lab")),
        (
            SUBNET,
            Vm(name="a", network="lab", subnet="lab-a"),
            Subnet(name="lab-a", network="lab"),
        ),
        (
            GROUP,
            Vm(name="a", network="lab", security_groups=("web",)),
            SecurityGroup(name="web", network="lab"),
        ),
    ],
)
def test_what_needs_nothing_but_a_name_is_made_beside(
    lack: Lacking, vm: Vm, new: Network | Subnet | SecurityGroup
) -> None:
    came = supplied(lack, Create(wanted=(vm,)))
    assert came is not None
    assert came.changes == (Create(wanted=(new, vm)),)
    assert f"{lack.what} {lack.name} is made as well" in came.told
    assert ("lets nobody in" in came.told) is isinstance(new, SecurityGroup)


@pytest.mark.parametrize(
    ("lack", "change", "near"),
    [
        (NETWORK, Create(wanted=(Vm(name="a", network="lab"),)), ("labs",)),
        (SUBNET, Create(wanted=(Vm(name="a", subnet="lab-a"),)), ()),
        (
            Lacking("network", "vpc-0a1b2c3d4e5f60718", Kind.NETWORK),
            Create(wanted=(Vm(name="a", network="vpc-0a1b2c3d4e5f60718"),)),
            (),
        ),
        (
            Lacking("VM", "web-9", Kind.VM),
            Attach(what=Disk(gib=20), to=Selection(names=("web-9",))),
            (),
        ),
        (NETWORK, Delete(what=Selection(kind=Kind.NETWORK, names=("lab",)), explicit="x"), ()),
        (Lacking("iam role", "r-9"), operate(SdkCall("iam", "PutRolePolicy", {})), ()),
        (NETWORK, Create(wanted=(Vm(name="a"),)), ()),
    ],
)
def test_what_may_be_a_slip_or_wants_a_choice_is_a_persons(
    lack: Lacking, change: Change, near: tuple[str, ...]
) -> None:
    assert supplied(lack, change, near=near) is None
