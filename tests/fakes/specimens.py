"""Plans, steps and worlds in few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from modalities.action import Action, SdkCall
from modalities.codec import sealed
from modalities.plan import Cost, CostLine, Plan
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Irreversible, Reversal, Step, Undo
from modalities.target import Identity, Realm
from policies.settings import PolicySettings
from policies.subject import Subject

SCOPE = "123456789012/eu-west-1"
MADE = datetime(2026, 11, 21, tzinfo=UTC)
LOST = Irreversible("the data on it is lost")


def ref(kind: Kind, name: str) -> ResourceRef:
    return ResourceRef(Provider.AWS, SCOPE, kind, name)


def resource(
    kind: Kind,
    name: str,
    id: str | None = None,
    *,
    tags: Mapping[str, str] | None = None,
    links: tuple[Link, ...] = (),
    **attributes: Any,
) -> Resource:
    return Resource(ref(kind, name), id or f"{kind}-{name}", attributes, tags or {}, links)


def world(*resources: Resource) -> World:
    return World(Provider.AWS, SCOPE, resources)


def call(operation: str, service: str = "ec2", **parameters: Any) -> SdkCall:
    return SdkCall(service, operation, parameters)


def step(
    id: str,
    effect: Effect,
    action: Action,
    *changes: ResourceRef,
    undo: Undo | None = None,
    **more: Any,
) -> Step:
    way_back = (Reversal(call("DescribeVpcs"), Effect.READ, "way back"),)
    return Step(
        id=id,
        effect=effect,
        action=action,
        why=id,
        changes=changes,
        undo=way_back if undo is None else undo,
        **more,
    )


def plan(*steps: Step, region: str = "eu-west-1", **more: Any) -> Plan:
    return sealed(
        Plan(
            id="plan-1",
            created_at=MADE,
            expires_at=MADE + timedelta(hours=24),
            request="a request",
            goal="update",
            target="t",
            identity=Identity(Provider.AWS, "123456789012", region, "arn:aws:iam::1:user/u"),
            steps=steps,
            **more,
        )
    )


def cost(*lines: CostLine) -> Cost:
    known = [line.monthly for line in lines if line.monthly is not None]
    change = sum(known) if len(known) == len(lines) else None
    return Cost("USD", change, lines, "2026-11-21")


def subject(
    *steps: Step,
    holds: World | None = None,
    explicit: tuple[str, ...] = (),
    standing: Cost | None = None,
    realm: Realm = Realm.PRODUCTION,
    region: str = "eu-west-1",
    undoes: str | None = None,
    change: Cost | None = None,
    **settings: Any,
) -> Subject:
    return Subject(
        plan=plan(*steps, region=region, undoes=undoes, cost=change),
        world=holds or world(),
        settings=PolicySettings(**settings),
        explicit=explicit,
        realm=realm,
        standing=standing,
    )


def delete_vm(name: str, id: str | None = None, **more: Any) -> Step:
    """A step that terminates one VM and says so."""
    machine = ref(Kind.VM, name)
    action = call("TerminateInstances", InstanceIds=[id or f"vm-{name}"])
    return step(f"delete-vm-{name}", Effect.DELETE, action, machine, undo=LOST, **more)
