"""A cloud in memory and a hand on it, with faults where a test wants them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from modalities.acting import Call
from modalities.action import Output, SdkCall
from modalities.change import Change
from modalities.contract import Draft, Problem, Support
from modalities.plan import ModalityName
from modalities.receipt import Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Expect, Irreversible, Probe, Reversal, Step
from modalities.target import Identity, Target

IDENTITY = Identity(Provider.AWS, "111122223333", "us-east-1", "arn:aws:iam::111122223333:user/t")


class Killed(BaseException):
    """The process died here."""


@dataclass
class FakeCloud:
    """Resources by id; ``faults`` maps the number of a write (from 0) to what goes wrong:
    ``fail``, ``lost-before``, ``lost-after``, ``kill-before``, ``kill-after``."""

    resources: dict[str, Resource] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: int = 0
    on_read: Callable[[], object] | None = None
    """Done once, after the next look at the cloud."""

    def world(self) -> World:
        with self.lock:
            seen = tuple(self.resources.values())
            done, self.on_read = self.on_read, None
            if done is not None:
                done()
            return World(Provider.AWS, IDENTITY.scope, seen)

    def do(self, call: SdkCall) -> dict[str, Any]:
        operation: Callable[..., dict[str, Any]] = getattr(self, call.operation)
        with self.lock:
            return operation(**call.parameters)

    def create(self, kind: str, name: str, near: str | None = None) -> dict[str, Any]:
        if near is not None and near not in self.resources:
            raise LookupError(near)
        self.made += 1
        id = f"{kind}-{self.made:04d}"
        ref = ResourceRef(Provider.AWS, IDENTITY.scope, Kind(kind), name)
        self.resources[id] = Resource(ref, id, {"state": "running", "near": near})
        return {"Id": id}

    def delete(self, id: str) -> dict[str, Any]:
        if id not in self.resources:
            raise LookupError(id)
        del self.resources[id]
        return {}

    def set(self, id: str, state: str) -> dict[str, Any]:
        old = self.resources[id]
        self.resources[id] = Resource(old.ref, id, {**old.attributes, "state": state})
        return {}


@dataclass
class Silent:
    """No requests, no retries."""

    requests: int = 0
    listeners: list[Callable[[str], None]] = field(default_factory=list)


class FakeHand:
    """The SDK hand of a FakeCloud."""

    name = ModalityName.SDK
    provider = Provider.AWS

    def __init__(self, cloud: FakeCloud, draft: Callable[[World], Draft]) -> None:
        self.cloud = cloud
        self._draft = draft

    def supports(self, changes: Sequence[Change]) -> Support:
        return Support(1.0, f"does all {len(changes)}")

    def identify(self, target: Target) -> Identity:
        return IDENTITY

    def traffic(self, target: Target) -> Silent:
        return Silent()

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        return self._draft(world)

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        return ()

    def admits(self, step: Step) -> tuple[Problem, ...]:
        return ()

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        world = self.cloud.world()
        return world.with_resources(r for r in world if not kinds or r.kind in kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self.read(target, kinds)

    def meant(self, step: Step) -> tuple[Step, ...]:
        return (step,)

    def takes(self, step: Step) -> float:
        return 1.0

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        return step.changes

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        if not target.writable:
            raise PermissionError(step.id)
        assert isinstance(step.action, SdkCall)
        with self.cloud.lock:
            fault = self.cloud.faults.get(len(self.cloud.writes), "")
            self.cloud.writes.append(step.id)
        if fault == "kill-before":
            raise Killed
        if fault == "fail":
            return receipt(step, Outcome.FAILED, error=Failure(Trouble.CAPACITY, "No", "no"))
        answer: dict[str, Any] = {}
        if fault != "lost-before":
            try:
                answer = self.cloud.do(step.action)
            except LookupError as error:
                gone = Failure(Trouble.NOT_FOUND, "NotFound", str(error))
                return receipt(step, Outcome.FAILED, error=gone)
        if fault == "kill-after":
            raise Killed
        if fault.startswith("lost"):
            lost = Failure(Trouble.TIMEOUT, "Lost", "no answer")
            return receipt(step, Outcome.UNKNOWN, error=lost)
        outputs = {n: answer[path] for n, path in step.outputs.items()}
        return receipt(step, Outcome.DONE, outputs=outputs)


def receipt(step: Step, outcome: Outcome, **more: Any) -> Receipt:
    now = datetime.now(UTC)
    return Receipt(step=step.id, outcome=outcome, started_at=now, finished_at=now, **more)


def created(kind: Kind, name: str, *needs: str, gate: bool = False) -> Step:
    """A step that creates something near what its first need made, and can be undone."""
    id = f"create-{kind}-{name}"
    near = {"near": Output(needs[0]).as_json()} if needs else {}
    return Step(
        id=id,
        effect=Effect.CREATE,
        action=SdkCall("fake", "create", {"kind": str(kind), "name": name, **near}),
        why=f"create {name}",
        changes=(ResourceRef(Provider.AWS, IDENTITY.scope, kind, name),),
        needs=needs,
        outputs={"id": "Id"},
        expects=(
            Expect(kind, Output(id).as_json(), "is", "state", "running", 5.0 if gate else 0.0),
        ),
        probe=Probe(kind, {"name": name}),
        undo=(
            Reversal(
                SdkCall("fake", "delete", {"id": Output(id).as_json()}),
                Effect.DELETE,
                f"delete {name}",
                (Expect(kind, Output(id).as_json(), "absent"),),
            ),
        ),
    )


def switched(resource: Resource, state: str, *needs: str, gate: bool = False) -> Step:
    """A step that changes the state of something that is there, and can be undone."""

    def call(to: str) -> SdkCall:
        return SdkCall("fake", "set", {"id": resource.id, "state": to})

    before = str(resource.attributes["state"])
    return Step(
        id=f"switch-{resource.name}",
        effect=Effect.UPDATE,
        action=call(state),
        why=f"{resource.name}: {state}",
        changes=resource.refs(),
        needs=needs,
        before={"state": before},
        after={"state": state},
        expects=(Expect(resource.kind, resource.id, "is", "state", state, 5.0 if gate else 0.0),),
        undo=(
            Reversal(
                call(before),
                Effect.UPDATE,
                f"{resource.name}: {before} again",
                (Expect(resource.kind, resource.id, "is", "state", before),),
            ),
        ),
    )


def deleted(resource: Resource, *needs: str) -> Step:
    return Step(
        id=f"delete-{resource.name}",
        effect=Effect.DELETE,
        action=SdkCall("fake", "delete", {"id": resource.id}),
        why=f"delete {resource.name}",
        changes=resource.refs(),
        needs=needs,
        expects=(Expect(resource.kind, resource.id, "absent"),),
        undo=Irreversible("its contents are lost"),
    )
