"""The real SDK against the running emulator: what it makes of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.azure.daemon import AzureSandbox
from sandbox.azure.names import SUBSCRIPTION

deployments_sdk = pytest.importorskip(
    "azure.mgmt.resource.deployments", reason="azure-mgmt-resource-deployments is not installed"
)

TEMPLATE: dict[str, Any] = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"names": {"type": "array"}, "key": {"type": "securestring"}},
    "resources": [
        {
            "copy": {"name": "addresses", "count": "[length(parameters('names'))]"},
            "type": "Microsoft.Network/publicIPAddresses",
            "apiVersion": "2023-05-01",
            "name": "[parameters('names')[copyIndex()]]",
            "location": "[resourceGroup().location]",
            "tags": {"key": "[uniqueString(parameters('key'))]"},
            "properties": {},
        }
    ],
    "outputs": {
        "ids": {
            "type": "array",
            "copy": {
                "count": "[length(parameters('names'))]",
                "input": "[reference(parameters('names')[copyIndex()], '2023-05-01', 'Full').id]",
            },
        }
    },
}


class Token:
    """Any bearer token is good for the sandbox."""

    def get_token(self, *scopes: str, **_: Any) -> Any:
        from azure.core.credentials import AccessToken

        return AccessToken("sandbox", 4102444800)


def connected(kind: Any, sandbox: AzureSandbox, *arguments: Any) -> Any:
    """A client of an SDK, as anybody would make it for a cloud of their own."""
    url = sandbox.endpoint()
    return kind(
        Token(),
        *arguments,
        base_url=url,
        credential_scopes=[f"{url}/.default"],
        connection_verify=sandbox.environment()["REQUESTS_CA_BUNDLE"],
    )


@pytest.fixture
def client(azure_sandbox: AzureSandbox) -> Any:
    return connected(deployments_sdk.DeploymentsMgmtClient, azure_sandbox, SUBSCRIPTION)


@pytest.fixture
def group(client: Any) -> str:
    wanted = {
        "$schema": TEMPLATE["$schema"],
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.Resources/resourceGroups",
                "apiVersion": "2022-09-01",
                "name": "sdk",
                "location": "eastus",
            }
        ],
    }
    body = {"location": "eastus", "properties": {"mode": "Incremental", "template": wanted}}
    made = client.deployments.begin_create_or_update_at_subscription_scope("top", body).result()
    assert made.properties.provisioning_state == "Succeeded"
    return "sdk"


def asked(*names: str) -> dict[str, Any]:
    given = {"names": {"value": list(names)}, "key": {"value": "correct-Horse-9"}}
    return {"properties": {"mode": "Incremental", "template": TEMPLATE, "parameters": given}}


def test_validate_what_if_create_and_look(client: Any, group: str) -> None:
    deployments = client.deployments
    assert deployments.begin_validate(group, "d", asked("a")).result().error is None

    tried = deployments.begin_what_if(group, "d", asked("a", "b")).result()
    assert tried.status == "Succeeded"
    assert [
        (c.change_type, c.resource_id.rpartition("/")[2]) for c in tried.properties.changes
    ] == [
        ("Create", "a"),
        ("Create", "b"),
    ]

    made = deployments.begin_create_or_update(group, "d", asked("a", "b")).result()
    assert made.properties.provisioning_state == "Succeeded"
    assert [one.rpartition("/")[2] for one in made.properties.outputs["ids"]["value"]] == ["a", "b"]
    assert "value" not in made.properties.parameters["key"]

    again = deployments.begin_what_if(group, "d", asked("a", "b")).result()
    assert {c.change_type for c in again.properties.changes} == {"NoChange"}
    operations = list(client.deployment_operations.list(group, "d"))
    assert len(operations) == 3
    assert [one.name for one in deployments.list_by_resource_group(group)] == ["d"]
    assert deployments.export_template(group, "d").template["contentVersion"] == "1.0.0.0"


def test_a_failure_is_the_error_that_the_sdk_raises(client: Any, group: str) -> None:
    from azure.core.exceptions import HttpResponseError

    wrong = asked("not/a/name")
    with pytest.raises(HttpResponseError) as refused:
        client.deployments.begin_create_or_update(group, "bad", wrong).result()
    assert refused.value.error is not None
    assert refused.value.error.code == "InvalidTemplate"

    failing = asked("x")
    (resource,) = TEMPLATE["resources"]
    never = {**resource, "properties": {"publicIPAllocationMethod": "Never"}}
    failing["properties"]["template"] = {**TEMPLATE, "resources": [never]}
    with pytest.raises(HttpResponseError) as failed:
        client.deployments.begin_create_or_update(group, "failing", failing).result()
    assert failed.value.error is not None
    assert failed.value.error.code == "DeploymentFailed"
    told = client.deployments.get(group, "failing")
    assert told.properties.provisioning_state == "Failed"


EVENT = {
    "id": "VT60-RC0",
    "type": "ServiceIssue",
    "status": "Active",
    "title": "Virtual Machines in East US cannot be started",
    "summary": "Starting since 09:00 UTC, starts fail.",
    "service": "Virtual Machines",
    "regions": ["East US"],
    "begins": "2026-02-27T09:00:00+00:00",
    "level": "Error",
}


def test_health_by_its_sdk(azure_sandbox: AzureSandbox, client: Any, group: str) -> None:
    sdk = pytest.importorskip(
        "azure.mgmt.resourcehealth", reason="azure-mgmt-resourcehealth is not installed"
    )
    client.deployments.begin_create_or_update(group, "d", asked("a")).result()
    health = connected(sdk.ResourceHealthMgmtClient, azure_sandbox, SUBSCRIPTION)
    (state,) = health.availability_statuses.list_by_resource_group(group)
    assert state.properties.availability_state == "Available"
    assert list(health.events.list_by_subscription_id()) == []
    assert azure_sandbox.ask("POST", "events", [EVENT]) == {"events": 1}
    (event,) = health.events.list_by_subscription_id()
    assert (event.name, event.properties.event_type) == ("VT60-RC0", "ServiceIssue")
    assert event.properties.impact[0].impacted_regions[0].impacted_region == "East US"
    assert event.properties.impact_start_time.year == 2026


def test_a_query_by_its_sdk(azure_sandbox: AzureSandbox, client: Any, group: str) -> None:
    sdk = pytest.importorskip(
        "azure.mgmt.resourcegraph", reason="azure-mgmt-resourcegraph is not installed"
    )
    client.deployments.begin_create_or_update(group, "d", asked("a", "b")).result()
    graph = connected(sdk.ResourceGraphClient, azure_sandbox)
    query = "Resources | where resourceGroup == 'sdk' | project name | order by name asc"
    told = graph.resources({"subscriptions": [SUBSCRIPTION], "query": query})
    assert told.data == [{"name": "a"}, {"name": "b"}]


def test_policies_by_their_sdk(azure_sandbox: AzureSandbox, client: Any, group: str) -> None:
    from azure.core.exceptions import HttpResponseError

    sdk = pytest.importorskip(
        "azure.mgmt.resource.policy", reason="azure-mgmt-resource-policy is not installed"
    )
    policy = connected(sdk.PolicyClient, azure_sandbox, SUBSCRIPTION)
    name = "e56962a6-4747-49cd-b67b-bf8b01975c4c"
    definition = policy.policy_definitions.get_built_in(name)
    parameters = {"listOfAllowedLocations": {"value": ["westeurope"]}}
    properties = {"policyDefinitionId": definition.id, "parameters": parameters}
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}"
    policy.policy_assignments.create(scope, "only-there", {"properties": properties})
    with pytest.raises(HttpResponseError) as refused:
        client.deployments.begin_create_or_update(group, "d", asked("a")).result()
    assert refused.value.error is not None
    assert refused.value.error.code == "InvalidTemplateDeployment"
    assert refused.value.error.details[0].code == "RequestDisallowedByPolicy"
