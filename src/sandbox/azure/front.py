"""The resource manager's front: from a request to what is done, and to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from modalities.azure.operations import Operation
from sandbox.azure import answering, governing, lenient, polling
from sandbox.azure.contract import Call, Done, Order, ResourceType, Route
from sandbox.azure.documents import stripped
from sandbox.azure.entry import Entry
from sandbox.azure.ids import ResourceId, parse, segments
from sandbox.azure.items import changes_of, list_of
from sandbox.azure.refusal import (
    Refused,
    bad_request,
    group_not_found,
    not_emulated,
    resource_not_found,
    subscription_not_found,
)
from sandbox.azure.registry import Registry
from sandbox.azure.requests import Answer, Request
from sandbox.azure.routing import Routes, operation_of
from sandbox.azure.sign_in import challenge

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

WRITES = frozenset({"PUT", "PATCH", "DELETE", "POST"})


def answer(cloud: EmulatedCloud, request: Request) -> Answer:
    """Never raises Refused: a refusal is an answer."""
    ids = {"x-ms-request-id": str(uuid4()), "x-ms-correlation-request-id": _correlation(request)}
    cloud.principal = request.principal
    cloud.correlation = ids["x-ms-correlation-request-id"]
    cloud.settle()
    try:
        found = _answer(cloud, request)
    except Refused as refused:
        body = {"error": refused.error}
        found = Answer(refused.status, body, {"x-ms-error-code": refused.code, **refused.headers})
    return replace(found, headers={**ids, **found.headers})


def _answer(cloud: EmulatedCloud, request: Request) -> Answer:
    parts = segments(request.path)
    route = routes(cloud.registry).match(request.method, parts)
    if route is not None and route[0].open:
        return Work(cloud, request, parts, None).answer()
    if not request.principal:
        return challenge(request)
    if "api-version" not in {name.casefold() for name in request.query}:
        raise bad_request(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if (polled := polling.answer(cloud, request, parts)) is not None:
        return polled
    known = operation_of(request.method, request.path)
    work = Work(cloud, request, parts, known)
    return work.answer()


class Work:
    """One request on its way."""

    def __init__(
        self,
        cloud: EmulatedCloud,
        request: Request,
        parts: list[str],
        known: Operation | None,
    ) -> None:
        self.cloud = cloud
        self.request = request
        self.parts = parts
        self.known = known

    def answer(self) -> Answer:
        _check_subscription(self.cloud, self.parts)
        if (found := routes(self.cloud.registry).match(self.request.method, self.parts)) is None:
            return self._of_resource()
        route, path = found
        return self._governed(
            governing.name_of_route(route),
            self.request.path,
            lambda: route.run(self._call(path)),
        )

    def _of_resource(self) -> Answer:
        """An item, a list, or an action on an item."""
        id = parse(self.request.path)
        if id is not None:
            return self._item(id, self._type(id))
        above = parse("/".join(self.parts[:-1]))
        if above is not None and self.cloud.registry.get(above.type) is not None:
            type = self._type(above)
            if (action := type.action(self.request.method, self.parts[-1])) is not None:
                name = governing.name_of_action(type, action)
                entry = self._entry(above)
                run = action.run
                return self._governed(
                    name, above.text, lambda: _timed(run(self._call({}, entry)), action.seconds)
                )
        if self.request.method == "GET":
            return self._listed(list_of(self.cloud.registry, self.parts))
        raise not_emulated(f"{self.request.method} {self.request.path}")

    def _item(self, id: ResourceId, type: ResourceType) -> Answer:
        name = governing.name_of_item(type, self.request.method)
        return self._governed(name, id.text, lambda: self._item_done(id, type))

    def _item_done(self, id: ResourceId, type: ResourceType) -> Done:
        match self.request.method:
            case "HEAD":
                return Done(status=204 if self.cloud.get(id) else 404)
            case "GET":
                entry = self._entry(id)
                document = self.cloud.shown(entry, self.request.query.get("$expand", ""))
                return Done(document, headers={"ETag": entry.etag})
            case "PUT" | "PATCH" | "DELETE":
                return changes_of(
                    self.cloud, id, type, self.request.method, self._body(), self._conditions()
                )
        raise Refused(405, "MethodNotAllowed", f"{self.request.method} is not possible here.")

    def _listed(self, found: tuple[ResourceType, str] | None) -> Answer:
        if found is None:
            raise not_emulated(f"GET {self.request.path}")
        type, within = found
        self._check_container(within)
        name = governing.name_of_item(type, "GET")

        def run() -> Done:
            return Done(entries=self.cloud.find(type.name, within))

        return self._governed(name, self.request.path, run)

    def _check_container(self, within: str) -> None:
        id = parse(within)
        if id is not None and self.cloud.get(id) is None:
            raise group_not_found(id.name) if id.is_group else resource_not_found(id)

    def _governed(self, name: str, resource: str, run: governing.Run) -> Answer:
        """Permission, locks, faults, the activity log; then the answer in the table's terms."""
        writes = self.request.method in WRITES and not name.endswith("/read")
        order = Order(name, resource, writes, self.request.principal)
        done, fault = governing.govern(self.cloud, order, run)
        found = answering.answer(self.cloud, self.request, self.known, done, resource)
        return governing.disturbed(found, fault)

    def _entry(self, id: ResourceId) -> Entry:
        entry = self.cloud.get(id)
        if entry is not None:
            return entry
        if id.is_group:
            raise group_not_found(id.name)
        if id.group and self.cloud.get(id.scope) is None and parse(id.scope):
            raise group_not_found(id.group)
        raise resource_not_found(id)

    def _type(self, id: ResourceId) -> ResourceType:
        type = self.cloud.registry.get(id.type)
        if type is not None:
            return type
        if id.namespace.casefold() in {n.casefold() for n in self.cloud.registry.namespaces()}:
            raise not_emulated(f"resources of type {id.type}")
        raise Refused(
            404,
            "InvalidResourceNamespace",
            f"The resource namespace '{id.namespace}' is invalid.",
        )

    def _call(self, path: Mapping[str, str], entry: Entry | None = None) -> Call:
        return Call(
            self.cloud,
            self.request.method,
            path,
            self.request.query,
            self._body(),
            entry,
            self.request.principal,
            self.request.path,
            self.request.body,
            base=self.request.base,
        )

    def _body(self) -> Any:
        if not self.request.body.strip():
            return {}
        try:
            return stripped(lenient.loads(self.request.body))
        except ValueError as error:
            raise bad_request(
                "InvalidRequestContent",
                f"The request content was invalid and could not be deserialized: '{error}'.",
            ) from error

    def _conditions(self) -> tuple[str, str]:
        headers = self.request.headers
        return headers.get("if-match", ""), headers.get("if-none-match", "")


def _timed(done: Done, seconds: float) -> Done:
    return done if done.seconds else replace(done, seconds=seconds)


def _correlation(request: Request) -> str:
    return request.headers.get("x-ms-correlation-request-id") or str(uuid4())


def _check_subscription(cloud: EmulatedCloud, parts: list[str]) -> None:
    within = len(parts) > 1 and parts[0].casefold() == "subscriptions"
    if within and parts[1].casefold() not in cloud.subscriptions:
        raise subscription_not_found(parts[1])


@cache
def routes(registry: Registry) -> Routes[Route]:
    every = (route for family in registry.families for route in family.routes)
    return Routes((route.method, route.template, route) for route in every)
