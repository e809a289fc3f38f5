"""The control side, ``/_cloudops/``: for the owner of the daemon's token only."""

from __future__ import annotations

import hmac
from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.azure import lenient, snapshot
from sandbox.azure.cloud import EmulatedCloud
from sandbox.azure.faults import Fault, FaultKind
from sandbox.azure.health.events import announce, event_from
from sandbox.azure.names import SUBSCRIPTION
from sandbox.azure.refusal import Refused
from sandbox.azure.requests import Answer, Request

if TYPE_CHECKING:
    from sandbox.azure.application import Application

PREFIX = "/_cloudops/"


class Copying(Protocol):
    """Who makes copies, on addresses of their own."""

    async def make(self, cloud: EmulatedCloud) -> tuple[int, int]:
        """Its number and its port."""

    async def end(self, number: int) -> bool: ...

    def living(self) -> tuple[tuple[int, int], ...]: ...


class Controls:
    def __init__(self, token: str, copies: Copying, counts: Counter[str]) -> None:
        self._expected = f"Bearer {token}"
        self._copies = copies
        self._counts = counts

    async def answer(self, application: Application, request: Request) -> Answer:
        shown = request.headers.get("authorization", "")
        if not hmac.compare_digest(shown.encode(), self._expected.encode()):
            return Answer(401, {"error": "the sandbox's token is missing or wrong"})
        try:
            return await self._answer(application, request)
        except (ValueError, KeyError, TypeError, Refused) as error:
            return Answer(409, {"error": f"{error}"})

    async def _answer(self, application: Application, request: Request) -> Answer:
        cloud = application.cloud
        body = lenient.loads(request.body) if request.body.strip() else None
        match request.method, request.path.removeprefix(PREFIX).split("/"):
            case "GET", ["status"]:
                return Answer(200, self._status(cloud))
            case "POST", ["reset"]:
                application.cloud = EmulatedCloud(cloud.registry, cloud.settings, cloud.now)
                return Answer(200)
            case "POST", ["copies"]:
                number, port = await self._copies.make(_seeded(cloud, body or {}))
                return Answer(201, {"id": number, "port": port})
            case "DELETE", ["copies", number] if number.isdecimal():
                return Answer(200, {"ended": await self._copies.end(int(number))})
            case "GET", ["state"]:
                return Answer(200, snapshot.saved(cloud))
            case "PUT", ["state"]:
                application.cloud = snapshot.restored(cloud, body)
                return Answer(200, {"resources": len(application.cloud.store)})
            case "PUT", ["settings"]:
                cloud.settings = replace(cloud.settings, **(body or {}))
                return Answer(200, asdict(cloud.settings))
            case "POST", ["events"]:
                for one in body or ():
                    where = one.get("subscription", SUBSCRIPTION)
                    told = {name: value for name, value in one.items() if name != "subscription"}
                    announce(cloud, where, event_from(told))
                return Answer(201, {"events": len(body or ())})
            case method, ["faults"]:
                return self._faults(cloud, method, body)
        return Answer(404, {"error": f"no such control: {request.path}"})

    def _status(self, cloud: EmulatedCloud) -> dict[str, Any]:
        return {
            "resources": sum(not entry.id.is_group for entry in cloud.store),
            "copies": [{"id": number, "port": port} for number, port in self._copies.living()],
            "requests": dict(self._counts),
        }

    def _faults(self, cloud: EmulatedCloud, method: str, body: Any) -> Answer:
        """POST adds orders, DELETE forgets all, GET tells what is left."""
        if method == "DELETE":
            cloud.faults.orders.clear()
        elif method == "POST":
            orders = [Fault(**{**order, "kind": FaultKind(order["kind"])}) for order in body]
            cloud.faults.orders += orders
        return Answer(200, [asdict(order) for order in cloud.faults.orders])


def _seeded(cloud: EmulatedCloud, order: Any) -> EmulatedCloud:
    """What a copy begins with: all that is here, or the ``documents`` of another target."""
    if order.get("world") is not None:
        raise ValueError("a world of neutral attributes cannot be furnished on Azure yet")
    if order.get("documents") is None:
        return cloud.copy()
    return snapshot.furnished(cloud, order["documents"], order.get("subscriptions") or ())
