"""What every request passes: permissions and locks, faults on order, the activity log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from sandbox.azure.activity import Event
from sandbox.azure.contract import Action, Done, Order, ResourceType, Route
from sandbox.azure.documents import changed
from sandbox.azure.faults import Fault, FaultKind
from sandbox.azure.ids import last_provider
from sandbox.azure.refusal import Refused
from sandbox.azure.requests import Answer

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

Run: TypeAlias = Callable[[], Done]

VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


def name_of_item(type: ResourceType, method: str) -> str:
    return f"{type.name}/{VERBS.get(method, 'action')}"


def name_of_action(type: ResourceType, action: Action) -> str:
    verb = "action" if action.method == "POST" else VERBS[action.method]
    return f"{type.name}/{action.name}/{verb}"


def name_of_route(route: Route) -> str:
    """Of the path's own words; placeholders say nothing."""
    template = [part for part in route.template.split("/") if part]
    where = last_provider(template)
    words = [p for p in template[0 if where is None else where + 1 :] if not p.startswith("{")]
    if where is None:
        words = ["Microsoft.Resources", *words]
    if route.method == "POST":
        return "/".join([*words, "action"])
    return "/".join([*words, VERBS.get(route.method, "action")])


def govern(cloud: EmulatedCloud, order: Order, run: Run) -> tuple[Done, Fault | None]:
    """What was done, and the fault that shall disturb the answer. Raises Refused; then nothing
    was done."""
    try:
        for gate in cloud.registry.gates:
            gate(cloud, order)
        fault = cloud.faults.take(order.operation, order.resource)
        if fault is not None and (refused := fault.refusal()) is not None:
            raise refused
        with cloud.store.transaction():
            done = run()
            if fault is not None and fault.kind is FaultKind.CAPACITY:
                done = _without_capacity(cloud, order, done, fault)
    except Refused as refused:
        _note(cloud, order, refused.status, refused.code)
        raise
    _note(cloud, order, done.status or 200, done.failed.code if done.failed else "")
    if fault is not None and fault.kind is FaultKind.SLOW:
        done = replace(done, delay=fault.seconds)
    return done, fault


def disturbed(answer: Answer, fault: Fault | None) -> Answer:
    if fault is None:
        return answer
    long_running = any(name in answer.headers for name in ("Azure-AsyncOperation", "Location"))
    wait = fault.seconds if fault.kind is FaultKind.SLOW and not long_running else 0.0
    return replace(answer, wait=wait, lost=fault.kind is FaultKind.LOST)


def _without_capacity(cloud: EmulatedCloud, order: Order, done: Done, fault: Fault) -> Done:
    entry = cloud.get(order.resource)
    if entry is not None and "provisioningState" in entry.properties:
        document = changed(entry.document, "properties.provisioningState", "Failed")
        cloud.store.put(replace(entry, document=document))
        return replace(done, failed=fault.failure(), body=cloud.shown(cloud.require(entry.id)))
    return replace(done, failed=fault.failure())


def _note(cloud: EmulatedCloud, order: Order, status: int, code: str) -> None:
    if order.writes:
        cloud.activity.note(
            Event(
                cloud.now(),
                order.operation,
                order.resource,
                order.principal,
                not code,
                status,
                cloud.correlation,
                code,
            )
        )
