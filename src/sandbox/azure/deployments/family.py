"""Microsoft.Resources/deployments, at every scope.

https://learn.microsoft.com/rest/api/resources/deployments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sandbox.azure.contract import Call, Done, Family, ResourceType, Route, Scope
from sandbox.azure.deployments import engine, keeping
from sandbox.azure.deployments.asked import asked, place_in
from sandbox.azure.deployments.keeping import OPERATIONS, TEMPLATE
from sandbox.azure.deployments.steps import Report
from sandbox.azure.deployments.what_if import what_if
from sandbox.azure.entry import Entry
from sandbox.azure.refusal import Refused, conflict

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

NAME = "Microsoft.Resources/deployments"


def create(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    wanted = asked(call)
    template = engine.validated(cloud, wanted)
    created = cloud.get(wanted.id) is None
    report = engine.deploy(cloud, wanted, template)
    entry = keeping.keep(cloud, wanted, report)
    return Done(cloud.shown(entry), created=created, failed=report.failed)


def validate(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    wanted = asked(call)
    template = engine.validated(cloud, wanted)
    unmade = Report((), template.resources, template.parameters.shown())
    told = keeping.document(cloud, wanted, unmade)
    properties: dict[str, Any] = told["properties"]
    del properties["outputResources"], properties["outputs"]
    properties["validatedResources"] = [
        {"id": one.id} for one in template.resources if one.deployed
    ]
    return Done({"id": wanted.id, "name": wanted.name, "type": NAME, **told})


def tried(call: Call) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    return Done(what_if(cloud, asked(call)))


def cancel(call: Call) -> Done:
    """A deployment of the sandbox is over before its answer is."""
    state = _entry(call).properties["provisioningState"]
    raise conflict(
        "DeploymentCannotBeCancelled",
        f"The deployment '{call.path['deploymentName']}' cannot be cancelled because it is already "
        f"in the state '{state}'.",
    )


def export(call: Call) -> Done:
    return Done({"template": _entry(call).inner[TEMPLATE]})


def operations(call: Call) -> Done:
    return Done(items=tuple(_entry(call).inner[OPERATIONS]))


def operation(call: Call) -> Done:
    wanted = call.path["operationId"].casefold()
    for one in _entry(call).inner[OPERATIONS]:
        if one["operationId"].casefold() == wanted:
            return Done(one)
    raise Refused(
        404,
        "DeploymentOperationNotFound",
        f"The deployment operation '{call.path['operationId']}' could not be found.",
    )


def _entry(call: Call) -> Entry:
    name = call.path["deploymentName"]
    found = call.cloud.get(f"{place_in(call.url).id}/providers/{NAME}/{name}")
    if found is None:
        raise Refused(404, "DeploymentNotFound", f"Deployment '{name}' could not be found.")
    return found


def show(call: Call) -> Done:
    return Done(call.cloud.shown(_entry(call)))


ONE = "/providers/Microsoft.Resources/deployments/{deploymentName}"
GROUP = "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}"
OLD = f"{GROUP}/deployments/{{deploymentName}}"
"""How operations of a group's deployments are asked for."""


def _everywhere(method: str, rest: str, run: Any) -> tuple[Route, ...]:
    return tuple(Route(method, f"{scope}{ONE}{rest}", run) for scope in ("/{scope}", ""))


DEPLOYMENTS = Family(
    "Microsoft.Resources",
    types=(ResourceType(name=NAME, scope=Scope.ANY, located=False, stateful=False),),
    routes=(
        *_everywhere("PUT", "", create),
        *_everywhere("GET", "", show),
        *_everywhere("POST", "/validate", validate),
        *_everywhere("POST", "/whatIf", tried),
        *_everywhere("POST", "/cancel", cancel),
        *_everywhere("POST", "/exportTemplate", export),
        *_everywhere("GET", "/operations", operations),
        *_everywhere("GET", "/operations/{operationId}", operation),
        Route("GET", f"{OLD}/operations", operations),
        Route("GET", f"{OLD}/operations/{{operationId}}", operation),
    ),
)
