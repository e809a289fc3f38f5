"""Tags of whatever has them."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import azure_outside as outside
from modalities.change import Attach, Selection, SetTags
from modalities.contract import Unsupported
from modalities.resource import Kind


def tags(cloud: Any, kind: Kind, name: str) -> Any:
    return cloud.get(kind, name).get("tags", {})


def test_beside_those_that_are_there_and_undone_to_just_those(cloud: Any) -> None:
    id = cloud.outside("web-1")
    cloud.ask("PATCH", id, {"tags": {"Owner": "team-a", "env": "dev"}})
    before = cloud.holdings()
    web = Selection(kind=Kind.VM, names=("web-1",))
    draft = cloud.make(
        SetTags(what=web, add=(("owner", "team-b"), ("tier", "web")), remove=("ENV",))
    )
    assert [s.id for s in draft.steps] == ["tag-vm-web-1", "untag-vm-web-1"]
    assert tags(cloud, Kind.VM, "web-1") == {"Owner": "team-b", "tier": "web"}
    same = SetTags(what=web, add=(("OWNER", "team-b"),), remove=("env",))
    assert cloud.draft(same).steps == ()
    cloud.undo()
    assert cloud.holdings() == before


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.VM, "web-1"),
        (Kind.DISK, "web-1-os"),
        (Kind.NIC, "web-1-nic"),
        (Kind.NETWORK, "net"),
    ],
)
def test_every_kind_by_the_one_call(cloud: Any, kind: Kind, name: str) -> None:
    cloud.outside("web-1")
    before = cloud.holdings()
    cloud.make(SetTags(what=Selection(kind=kind, names=(name,)), add=(("a", "b"),)))
    assert tags(cloud, kind, name) == {"a": "b"}
    cloud.undo()
    assert {k: {**v, "tags": v.get("tags") or {}} for k, v in cloud.holdings().items() if k} == {
        k: {**v, "tags": v.get("tags") or {}} for k, v in before.items() if k
    }


def test_the_group_itself_is_tagged(cloud: Any) -> None:
    group = Selection(kind=Kind.RESOURCE_GROUP, names=(cloud.target.resource_group,))
    cloud.make(SetTags(what=group, add=(("project", "demo"),)))
    (found,) = cloud.world(Kind.RESOURCE_GROUP)
    assert found.tags == {"project": "demo"}


def test_what_is_written_whole_later_in_the_draft_has_the_new_tags(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.put(
        Kind.PUBLIC_IP,
        "door",
        {"sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}},
    )
    cloud.make(
        SetTags(what=Selection(kind=Kind.NIC, names=("web-1-nic",)), add=(("a", "b"),)),
        Attach(
            what=Selection(kind=Kind.PUBLIC_IP, names=("door",)),
            to=Selection(kind=Kind.VM, names=("web-1",)),
        ),
    )
    assert tags(cloud, Kind.NIC, "web-1-nic") == {"a": "b"}
    assert outside.id_of(cloud, Kind.PUBLIC_IP, "door") in str(cloud.get(Kind.NIC, "web-1-nic"))


def test_what_can_be_no_tag_is_refused(cloud: Any) -> None:
    cloud.outside("web-1")
    web = Selection(kind=Kind.VM, names=("web-1",))
    with pytest.raises(Unsupported, match="no name for a tag"):
        cloud.draft(SetTags(what=web, add=(("a/b", "c"),)))
    with pytest.raises(Unsupported, match="256"):
        cloud.draft(SetTags(what=web, add=(("a", "x" * 257),)))
    with pytest.raises(Unsupported, match="more than 50"):
        cloud.draft(SetTags(what=web, add=tuple((f"k{n}", "") for n in range(51))))
    subnet = Selection(kind=Kind.SUBNET, names=("default",))
    with pytest.raises(Unsupported, match="tag the network"):
        cloud.draft(SetTags(what=subnet, add=(("a", "b"),)))
