"""What of a target may not be seen, and whether a plan can do without it.

Nothing is known of kinds that were not read: they are neither there nor gone. A plan goes on
where they cannot matter to it, and says so; where they may, it is never a yes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from cloudops.engine.execute import concerned_kinds
from cloudops.errors import CannotEvaluate
from cloudops.request import Intent
from cloudops.router.concerned import kinds_named, selections
from modalities.action import SdkCall
from modalities.plan import Advisory, Plan
from modalities.resource import Kind, Provider, Refusal, World
from modalities.step import Effect, Step
from policies.azure_calls import azure_call
from policies.settings import PolicySettings

EVERY = frozenset(Kind)
HANG_ON: Mapping[Kind, frozenset[Kind]] = {
    Kind.RESOURCE_GROUP: EVERY,
    Kind.NETWORK: frozenset(
        {
            Kind.SUBNET,
            Kind.GATEWAY,
            Kind.ROUTE_TABLE,
            Kind.SECURITY_GROUP,
            Kind.TARGET_GROUP,
            Kind.VM,
            Kind.NIC,
            Kind.LOAD_BALANCER,
        }
    ),
    Kind.SUBNET: frozenset({Kind.VM, Kind.NIC, Kind.LOAD_BALANCER, Kind.ROUTE_TABLE}),
    Kind.GATEWAY: frozenset({Kind.ROUTE_TABLE}),
    Kind.ROUTE_TABLE: frozenset({Kind.SUBNET}),
    Kind.SECURITY_GROUP: frozenset({Kind.VM, Kind.NIC, Kind.LOAD_BALANCER, Kind.SUBNET}),
    Kind.VM: frozenset(
        {Kind.DISK, Kind.NIC, Kind.PUBLIC_IP, Kind.TARGET_GROUP, Kind.LOAD_BALANCER}
    ),
    Kind.DISK: frozenset({Kind.VM}),
    Kind.NIC: frozenset({Kind.VM, Kind.PUBLIC_IP, Kind.LOAD_BALANCER}),
    Kind.PUBLIC_IP: frozenset({Kind.VM, Kind.NIC, Kind.LOAD_BALANCER, Kind.GATEWAY}),
    Kind.LOAD_BALANCER: frozenset({Kind.LISTENER, Kind.TARGET_GROUP, Kind.PUBLIC_IP}),
    Kind.LISTENER: frozenset({Kind.LOAD_BALANCER, Kind.TARGET_GROUP}),
    Kind.TARGET_GROUP: frozenset({Kind.LISTENER, Kind.LOAD_BALANCER, Kind.VM}),
    Kind.KEY_PAIR: frozenset({Kind.VM}),
    Kind.BUCKET: frozenset(),
    Kind.IMAGE: frozenset({Kind.SNAPSHOT, Kind.VM}),
    Kind.SNAPSHOT: frozenset({Kind.IMAGE, Kind.DISK}),
    Kind.OTHER: EVERY,
}
"""Kinds that may hang on one of a kind, or show in it: what a change to it may reach."""
WAYS = frozenset({Kind.NETWORK, Kind.SUBNET, Kind.GATEWAY, Kind.ROUTE_TABLE, Kind.SECURITY_GROUP})
"""What decides whether the internet finds a way."""
ENDS = frozenset(
    {
        Kind.VM,
        Kind.NIC,
        Kind.PUBLIC_IP,
        Kind.LOAD_BALANCER,
        Kind.LISTENER,
        Kind.TARGET_GROUP,
    }
)
"""What a way may lead to."""
TAGGING = frozenset({("ec2", "CreateTags"), ("ec2", "DeleteTags")})
"""Calls that only write tags."""
BILLED = frozenset(
    {
        Kind.VM,
        Kind.DISK,
        Kind.PUBLIC_IP,
        Kind.GATEWAY,
        Kind.LOAD_BALANCER,
        Kind.IMAGE,
        Kind.SNAPSHOT,
        Kind.BUCKET,
    }
)
"""Kinds that cost something by themselves."""


def require_asked(intent: Intent, world: World) -> None:
    """Raises CannotEvaluate where the request is for what may not be seen, or may be: what goes
    by a name alone may be of any kind."""
    if world.unread and intent.changes:
        anything = any(s.kind is None for s in selections(intent))
        _require(world, EVERY if anything else frozenset(kinds_named(intent)))


def require_concerned(steps: Sequence[Step], world: World) -> None:
    """Raises CannotEvaluate where steps may touch, need or reach what could not be read."""
    if world.unread:
        _require(world, _concerned(steps, world.provider))


def require_judged(plan: Plan, world: World, settings: PolicySettings) -> None:
    """Raises CannotEvaluate where a policy that looks at the whole target misses a part of it
    that weighs: what all of it costs, how many there are."""
    if not world.unread:
        return
    require_concerned(plan.steps, world)
    dearer = plan.cost is None or plan.cost.change is None or plan.cost.change > 0
    if settings.monthly_ceiling is not None and dearer:
        _require(world, BILLED)
    if any(step.effect is Effect.CREATE for step in plan.steps):
        _require(world, frozenset(kind for kind in Kind if kind in settings.quotas))


def advisories(world: World) -> Iterator[Advisory]:
    """What a person should know of a plan that goes on without having seen everything."""
    for codes, kinds in _by_reason(world.unread):
        yield Advisory(
            "warning",
            f"not read: {kinds} ({codes}); no step and no policy here needs them, so the plan "
            "goes on without knowing what there is of them",
        )


def _concerned(steps: Sequence[Step], provider: Provider) -> frozenset[Kind]:
    """All kinds that what the steps do may touch, need or reach."""
    if provider is Provider.AZURE and any(_deploys(step) for step in steps):
        return EVERY  # a template may take away what it does not name
    found = set(concerned_kinds(steps))
    for step in steps:
        found |= {ref.kind for ref in (*step.changes, *step.uses)}
        found |= {expect.kind for expect in step.expects}
        if step.effect is Effect.READ or _only_tags(step):
            continue
        for kind in {ref.kind for ref in step.changes}:
            found |= _reached(kind, new=step.effect is Effect.CREATE)
    return frozenset(found)


def _reached(kind: Kind, *, new: bool) -> frozenset[Kind]:
    """What a change to one of this kind may reach; on one that is ``new`` nothing hangs yet."""
    found: frozenset[Kind] = frozenset() if new else HANG_ON[kind]
    if kind in WAYS | ENDS:
        found |= WAYS
    opens = kind in (Kind.GATEWAY, Kind.ROUTE_TABLE) or (kind in WAYS and not new)
    if opens or kind in (Kind.LOAD_BALANCER, Kind.LISTENER, Kind.TARGET_GROUP):
        found |= ENDS
    return found


def _only_tags(step: Step) -> bool:
    """Whether what it writes says something of a resource and does nothing with it."""
    call = step.action
    return isinstance(call, SdkCall) and (call.service, call.operation) in TAGGING


def _deploys(step: Step) -> bool:
    call = azure_call(step)
    return step.action.hand == "iac" or (call is not None and call.deploys)


def _require(world: World, kinds: Collection[Kind]) -> None:
    missing = {kind: why for kind, why in world.unread.items() if kind in kinds}
    if not missing:
        return
    why = next(iter(missing.values()))
    raise CannotEvaluate(
        f"what may matter here could not be read: {_words(missing)}",
        detail=f"{why.code}: {why.message}",
        remedy=why.remedy or "use credentials that may read them",
    )


def _by_reason(unread: Mapping[Kind, Refusal]) -> Iterator[tuple[str, str]]:
    for code in dict.fromkeys(why.code for why in unread.values()):
        yield code, _words([kind for kind, why in unread.items() if why.code == code])


def _words(kinds: Collection[Kind]) -> str:
    return ", ".join(f"{kind.words}s" for kind in sorted(kinds))
