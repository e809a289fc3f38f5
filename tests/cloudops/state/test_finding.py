"""Questions about many resources, on every store: by what is known of them, and by what hangs
on what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from cloudops.state import finding
from cloudops.state.contract import Filter, Reach, Run, Store, Tie
from fakes.clock import SetClock
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef

EAST, WEST = "1/us-east-1", "1/us-west-2"


def made(
    kind: Kind,
    name: str,
    *links: Link,
    scope: str = EAST,
    id: str = "",
    tags: dict[str, str] | None = None,
    **facts: Any,
) -> Resource:
    ref = ResourceRef(Provider.AWS, scope, kind, name)
    return Resource(ref, id or f"{kind}-{name}", facts, tags or {}, links)


def vm(name: str, *links: Link, **more: Any) -> Resource:
    return made(Kind.VM, name, *links, **more)


def seen(store: Store, *resources: Resource) -> None:
    store.record(resources, run=None, modality="outside", whole=None)


def names(resources: Iterable[Resource]) -> list[str]:
    return [resource.name for resource in resources]


def all_of(store: Store, *, limit: int = 500, **wanted: Any) -> list[str]:
    """Every page of it, one after the other."""
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = store.find(Filter(**wanted), after=after, limit=limit)
        assert len(page.resources) <= limit
        found += names(page.resources)
        after = page.after
    return found


@pytest.fixture
def some(store: Store) -> Store:
    seen(
        store,
        vm("web-1", tags={"env": "prod", "owner": "ann"}),
        vm("web-2", tags={"env": "test", "Owner": "ann"}, scope=WEST),
        vm("db_1", tags={"env": "prod", "OWNER": "bob"}),
        made(Kind.DISK, "data", tags={"env": "prod"}),
        made(Kind.BUCKET, "logs", region="eu-west-1"),
    )
    return store


CASES: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({}, {"web-1", "web-2", "db_1", "data", "logs"}),
    ({"kind": Kind.VM}, {"web-1", "web-2", "db_1"}),
    ({"tags": (("env", "prod"),)}, {"web-1", "db_1", "data"}),
    ({"tags": (("env", None),)}, {"web-1", "web-2", "db_1", "data"}),
    ({"tags": (("env", "prod"), ("owner", None))}, {"web-1"}),
    ({"tags": (("Env", "prod"),)}, set()),
    ({"tags": (("env", "pro%"),)}, set()),
    ({"region": "us-west-2"}, {"web-2"}),
    ({"region": "eu-west-1"}, {"logs"}),
    ({"region": "us-east-1", "kind": Kind.DISK}, {"data"}),
    ({"owner": "ann"}, {"web-1", "web-2"}),
    ({"owner": "bob"}, {"db_1"}),
    ({"owner": "ann", "region": "us-east-1"}, {"web-1"}),
    ({"scopes": (WEST,)}, {"web-2"}),
    ({"scopes": (WEST, EAST), "kind": Kind.BUCKET}, {"logs"}),
    ({"scopes": ("2/eu",)}, set()),
    ({"name": "web-*"}, {"web-1", "web-2"}),
    ({"name": "WEB-?"}, {"web-1", "web-2"}),
    ({"name": "db_1"}, {"db_1"}),
    ({"name": "db?1"}, {"db_1"}),
    ({"name": "web_1"}, set()),
    ({"name": "%"}, set()),
    ({"name": "*-2", "tags": (("env", "test"),)}, {"web-2"}),
)


class TestFind:
    @pytest.mark.parametrize(("few", "many"), [(5_000, 5_000), (1, 5_000), (1, 1)])
    def test_all_that_is_said_holds(
        self,
        some: Store,
        few: int,
        many: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Looked up, and walked along, it is the same, by pages of any size."""
        monkeypatch.setattr(finding, "FEW", few)
        monkeypatch.setattr(finding, "MANY", many)
        monkeypatch.setattr(finding, "STRIDE", 2)
        for wanted, expected in CASES:
            whole = all_of(some, **wanted)
            assert (set(whole), len(whole)) == (expected, len(expected)), wanted
            for limit in (1, 2):
                assert all_of(some, limit=limit, **wanted) == whole, wanted

    def test_each_comes_whole(self, store: Store) -> None:
        one = vm("a", Link("in", Kind.SUBNET, "s-1"), tags={"k": "v"}, size="small", n=[1, None])
        seen(store, one)
        assert store.find(Filter()).resources == (one,)

    def test_by_who_wrote_it_last(self, store: Store, clock: SetClock) -> None:
        now = clock.now()
        for id in ("run-1", "run-2"):
            store.begin_run(Run(id, "x", "t", EAST, "ann", "done", now, now))
        store.record(
            (vm("a", size="s"), vm("b", size="s")), run="run-1", modality="sdk", whole=None
        )
        store.record((vm("c", size="s"),), run="run-2", modality="cli", whole=None)
        seen(store, vm("d", size="s"))
        assert all_of(store, by="sdk") == ["a", "b"]
        assert all_of(store, by="run-2") == ["c"]
        assert all_of(store, by="outside") == ["d"]
        assert all_of(store, by="run-9") == []
        assert all_of(store, by="sdk", name="b") == ["b"]
        seen(store, vm("a", size="l"))
        assert all_of(store, by="outside") == ["a", "d"]

    def test_a_page_is_where_the_last_one_ended(self, store: Store) -> None:
        seen(store, *(vm(f"vm-{n}") for n in (1, 3, 5, 7)))
        first = store.find(Filter(), limit=2)
        assert names(first.resources) == ["vm-1", "vm-3"]
        store.forget([vm("vm-3").ref])
        seen(store, vm("vm-0"), vm("vm-4"))
        assert first.after is not None
        rest = store.find(Filter(), after=first.after, limit=9)
        assert (names(rest.resources), rest.after) == (["vm-4", "vm-5", "vm-7"], None)

    def test_a_new_value_is_found_and_the_old_one_not(self, some: Store) -> None:
        seen(some, vm("web-1", tags={"env": "test"}))
        assert set(all_of(some, tags=(("env", "test"),))) == {"web-1", "web-2"}
        assert all_of(some, owner="ann") == ["web-2"]

    def test_more_than_a_statement_takes(self, store: Store) -> None:
        seen(store, *(vm(f"vm-{n:04}", tags={"all": "x"}) for n in range(1_203)))
        assert len(store.find(Filter(), limit=1_100).resources) == 1_100
        assert all_of(store, tags=(("all", "x"),)) == [f"vm-{n:04}" for n in range(1_203)]


class TestCalled:
    def test_by_any_name(self, some: Store) -> None:
        spelt = ("web-1", "WEB-1", "vm-web-1", "vm/web-1", "VM/WEB-1", "vm/vm-web-1")
        for name in (*spelt, f"aws:{EAST}:vm/web-1"):
            assert names(some.called(name)) == ["web-1"], name

    def test_by_the_end_of_an_arn(self, store: Store) -> None:
        arn = "arn:aws:elb:us-east-1:1:loadbalancer/app/front/a0_1"
        seen(store, made(Kind.LOAD_BALANCER, "front", id=arn))
        for name in (arn, "a0_1", "load_balancer/a0_1", "front"):
            assert names(store.called(name)) == ["front"]
        assert store.called("a001") == ()
        assert store.called("vm/a0_1") == ()

    def test_all_that_share_a_name(self, some: Store) -> None:
        seen(some, made(Kind.DISK, "web-1"), vm("web-1", scope=WEST, id="i-9"))
        assert [str(r.ref) for r in some.called("web-1")] == ["disk/web-1", "vm/web-1", "vm/web-1"]
        assert [r.id for r in some.called("disk/web-1")] == ["disk-web-1"]

    def test_what_is_spelt_so_hides_what_is_not(self, some: Store) -> None:
        seen(some, vm("WEB-1", id="i-9"))
        assert [r.id for r in some.called("WEB-1")] == ["i-9"]
        assert len(some.called("Web-1")) == 2

    def test_what_no_kind_names_by_its_type(self, store: Store) -> None:
        for name, type, said in (
            ("sqs queue orders", "sqs:queue", ""),
            ("sqs queue bills", "sqs:queue", '"resource_type":"logs:log-group"'),
            ("logs log group /app", "logs:log-group", ""),
            ("sqsx queue it", "sqsx:queue", ""),
        ):
            seen(store, made(Kind.OTHER, name, resource_type=type, said=said))
        seen(store, vm("orders-1"))
        assert set(all_of(store, type="sqs:queue")) == {"sqs queue orders", "sqs queue bills"}
        assert set(all_of(store, type="SQS")) == {"sqs queue orders", "sqs queue bills"}
        assert all_of(store, type="logs:log-group") == ["logs log group /app"]
        assert all_of(store, type="sqs:queue", name="*bills") == ["sqs queue bills"]
        assert all_of(store, type="sqs:que") == all_of(store, type="s_s") == []

    def test_a_kind_and_a_service_that_are_called_the_same(self, store: Store) -> None:
        seen(
            store,
            made(Kind.NETWORK, "net"),
            made(Kind.OTHER, "network nat gateway egress", resource_type="network:nat-gateway"),
            made(Kind.OTHER, "compute availability set web", resource_type="compute:set"),
            vm("web-1"),
        )
        assert set(all_of(store, type="network")) == {"net", "network nat gateway egress"}
        assert all_of(store, kind=Kind.NETWORK) == ["net"]

    def test_what_azure_s_own_operations_made_by_its_location(self, store: Store) -> None:
        ref = ResourceRef(Provider.AZURE, "s/group", Kind.OTHER, "network nat gateway egress")
        seen(store, Resource(ref, "/subscriptions/s/egress", {"location": "westeurope"}))
        seen(store, made(Kind.OTHER, "location map places", location="westeurope"))
        assert all_of(store, region="westeurope") == ["network nat gateway egress"]

    def test_what_no_kind_names_by_the_last_word_of_its_name(self, store: Store) -> None:
        seen(store, made(Kind.OTHER, "sqs queue orders"), made(Kind.OTHER, "sqs queue my-orders"))
        for name in ("orders", "sqs queue orders", "other/sqs queue orders", "SQS queue orders"):
            assert names(store.called(name)) == ["sqs queue orders"]

    def test_a_part_that_no_kind_names_by_its_own_name(self, store: Store) -> None:
        lock = "resource-locks lock storageAccounts/orders/frozen"
        seen(store, made(Kind.OTHER, lock), made(Kind.OTHER, "x lock a/un_frozen"))
        for name in ("frozen", "orders/frozen", "storageAccounts/orders/frozen"):
            assert names(store.called(name)) == [lock]

    def test_of_nothing(self, some: Store) -> None:
        for name in ("web", "%", "web-_", "*", "", "vm/", "/", "nothing/web-1"):
            assert some.called(name) == (), name


def told(reach: Reach) -> list[tuple[str, int, list[tuple[str, str]]]]:
    return [
        (one.resource.name, one.depth, [(tie.role, tie.ref.name) for tie in one.ties])
        for one in reach.found
    ]


class TestReach:
    @pytest.fixture
    def tier(self, store: Store) -> Store:
        """A machine in a subnet of a network, guarded, with a disk, behind a target group."""
        net, subnet = made(Kind.NETWORK, "net"), Link("in", Kind.NETWORK, "network-net")
        guard = Link("guarded_by", Kind.SECURITY_GROUP, "security_group-sg")
        seen(
            store,
            net,
            made(Kind.SUBNET, "sub", subnet),
            made(Kind.SECURITY_GROUP, "sg", subnet),
            vm("web", Link("in", Kind.SUBNET, "subnet-sub"), guard, Link("uses", Kind.DISK, "d-1")),
            made(Kind.DISK, "data", id="d-1"),
            made(Kind.TARGET_GROUP, "tg", Link("targets", Kind.VM, "vm-web"), subnet),
        )
        return store

    def test_what_breaks_with_the_role_of_each_link(self, tier: Store) -> None:
        reach = tier.dependents(made(Kind.NETWORK, "net"), most=99)
        assert told(reach) == [
            ("sg", 1, [("in", "net")]),
            ("sub", 1, [("in", "net")]),
            ("tg", 1, [("in", "net")]),
            ("web", 2, [("guarded_by", "sg"), ("in", "sub")]),
        ]
        assert not reach.more
        assert told(tier.dependents(made(Kind.DISK, "data", id="d-1"), most=99)) == [
            ("web", 1, [("uses", "data")]),
            ("tg", 2, [("targets", "web")]),
        ]

    def test_what_is_needed(self, tier: Store) -> None:
        (group,) = tier.called("tg")
        assert told(tier.needs(group, most=99)) == [
            ("net", 1, [("in", "tg")]),
            ("web", 1, [("targets", "tg")]),
            ("data", 2, [("uses", "web")]),
            ("sg", 2, [("guarded_by", "web")]),
            ("sub", 2, [("in", "web")]),
        ]

    def test_nothing_hangs_on_it(self, tier: Store) -> None:
        (group,) = tier.called("tg")
        assert tier.dependents(group, most=9) == Reach((), more=False)
        assert tier.needs(made(Kind.NETWORK, "net"), most=9) == Reach((), more=False)

    def test_the_nearest_are_told_and_that_there_are_more(self, tier: Store) -> None:
        reach = tier.dependents(made(Kind.NETWORK, "net"), most=2)
        assert ([one.resource.name for one in reach.found], reach.more) == (["sg", "sub"], True)
        assert tier.dependents(made(Kind.NETWORK, "net"), most=4).more is False
        assert tier.dependents(made(Kind.NETWORK, "net"), most=3).more is True

    def test_of_what_is_not_known_itself(self, store: Store) -> None:
        seen(store, vm("a", Link("in", Kind.SUBNET, "subnet-s")))
        assert told(store.dependents(made(Kind.SUBNET, "s"), most=9)) == [("a", 1, [("in", "s")])]
        (one,) = store.called("a")
        assert store.needs(one, most=9) == Reach((), more=False)

    def test_a_cycle_ends(self, store: Store) -> None:
        ring = [vm(f"r{n}", Link("peer", Kind.VM, f"vm-r{(n + 1) % 3}")) for n in range(3)]
        seen(store, *ring)
        assert [(name, depth) for name, depth, _ in told(store.dependents(ring[0], most=9))] == [
            ("r2", 1),
            ("r1", 2),
        ]
        assert [name for name, *_ in told(store.needs(ring[0], most=9))] == ["r1", "r2"]

    def test_one_id_in_two_scopes_is_two_things(self, store: Store) -> None:
        key = Link("uses", Kind.KEY_PAIR, "deploy")
        here = made(Kind.KEY_PAIR, "deploy", id="deploy")
        there = made(Kind.KEY_PAIR, "deploy", id="deploy", scope=WEST)
        seen(store, here, there, vm("a", key), vm("b", key, scope=WEST), vm("c", key, scope="2/eu"))
        assert [name for name, *_ in told(store.dependents(here, most=9))] == ["a", "c"]
        assert [name for name, *_ in told(store.dependents(there, most=9))] == ["b", "c"]
        (one,) = store.needs(vm("b", key, scope=WEST), most=9).found
        assert one.resource == there

    def test_of_another_cloud_nothing_hangs_on_it(self, store: Store) -> None:
        azure = Resource(ResourceRef(Provider.AZURE, "s/g", Kind.BUCKET, "logs"), "logs")
        seen(store, azure, vm("a", Link("logs_to", Kind.BUCKET, "logs")))
        assert store.dependents(azure, most=9).found == ()

    def test_all_that_lies_in_a_resource_group_goes_with_it(self, store: Store) -> None:
        def there(kind: Kind, name: str, *links: Link, scope: str = "s/lab") -> Resource:
            return Resource(ResourceRef(Provider.AZURE, scope, kind, name), name, links=links)

        lab = there(Kind.RESOURCE_GROUP, "lab")
        disk = there(Kind.DISK, "data")
        web = there(Kind.VM, "web", Link("uses", Kind.DISK, "data"))
        seen(store, lab, disk, web, there(Kind.VM, "other", scope="s/shop"))
        assert told(store.dependents(lab, most=9)) == [
            ("data", 1, [("in", "lab")]),
            ("web", 1, [("in", "lab")]),
        ]
        assert store.needs(web, most=9).found[0].resource == disk
        assert len(store.needs(web, most=9).found) == 1

    def test_many_on_one(self, store: Store) -> None:
        subnet = made(Kind.SUBNET, "s", id="s-1")
        seen(store, subnet, *(vm(f"vm-{n}", Link("in", Kind.SUBNET, "s-1")) for n in range(1_201)))
        reach = store.dependents(subnet, most=5_000)
        assert len(reach.found) == 1_201
        assert reach.found[0].ties == (Tie("in", subnet.ref),)
        assert len(store.dependents(subnet, most=600).found) == 600
