from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Create, Selection, SetTags
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import Bucket, LoadBalancer


def tags(cloud: Any, kind: Kind, name: str) -> dict[str, str]:
    (resource,) = cloud.world(kind).named(kind, name)
    return dict(resource.tags)


def test_put_overwrite_and_take_and_put_back(cloud: Any) -> None:
    cloud.outside("web-1", tags={"env": "dev", "old": "x"})
    web = Selection(kind=Kind.VM, names=("web-1",))
    before = tags(cloud, Kind.VM, "web-1")
    cloud.make(SetTags(what=web, add=(("env", "prod"), ("owner", "me")), remove=("old", "none")))
    assert tags(cloud, Kind.VM, "web-1") == {"Name": "web-1", "env": "prod", "owner": "me"}
    assert cloud.draft(SetTags(what=web, add=(("env", "prod"),), remove=("old",))).steps == ()
    cloud.undo()
    assert tags(cloud, Kind.VM, "web-1") == before


def test_of_a_load_balancer(cloud: Any) -> None:
    cloud.make(Create(wanted=(LoadBalancer(name="front"),)))
    cloud.done.clear()
    before = tags(cloud, Kind.LOAD_BALANCER, "front")
    front = Selection(names=("front",))
    cloud.make(SetTags(what=front, add=(("owner", "me"),), remove=("cloudops:run",)))
    assert tags(cloud, Kind.LOAD_BALANCER, "front") == {"Name": "front", "owner": "me"}
    cloud.undo()
    assert tags(cloud, Kind.LOAD_BALANCER, "front") == before


def test_of_a_bucket_all_others_stay(cloud: Any) -> None:
    cloud.make(Create(wanted=(Bucket(name="reports-of-mine", tags=(("a", "1"),)),)))
    cloud.done.clear()
    before = tags(cloud, Kind.BUCKET, "reports-of-mine")
    reports = Selection(kind=Kind.BUCKET, names=("reports-of-mine",))
    cloud.make(SetTags(what=reports, add=(("b", "2"),), remove=("a",)))
    now = tags(cloud, Kind.BUCKET, "reports-of-mine")
    assert now == {k: v for k, v in before.items() if k != "a"} | {"b": "2"}
    cloud.undo()
    assert tags(cloud, Kind.BUCKET, "reports-of-mine") == before


def test_of_a_bucket_that_had_none(cloud: Any) -> None:
    cloud.s3.create_bucket(Bucket="reports-of-mine")
    reports = Selection(kind=Kind.BUCKET, names=("reports-of-mine",))
    cloud.make(SetTags(what=reports, add=(("b", "2"),)))
    assert tags(cloud, Kind.BUCKET, "reports-of-mine") == {"b": "2"}
    cloud.undo()
    assert tags(cloud, Kind.BUCKET, "reports-of-mine") == {}


def test_what_cannot_be(cloud: Any) -> None:
    cloud.outside("web-1", tags={"env": "dev"})
    with pytest.raises(Unsupported, match="AWS's own"):
        cloud.draft(SetTags(what=Selection(names=("web-1",)), add=(("aws:x", "1"),)))
    with pytest.raises(Unresolved) as caught:
        cloud.draft(SetTags(what=Selection(kind=Kind.VM, tags=(("env", "prod"),))))
    assert caught.value.candidates == ("env=dev",)
