"""The real SDK against the running emulator: what it makes of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
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


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home: Path = tmp_path_factory.mktemp("azure") / "azure"
    sandbox = AzureSandbox(home)
    sandbox.up()
    try:
        url, told = sandbox.endpoint(), sandbox.environment()
        with deployments_sdk.DeploymentsMgmtClient(
            Token(),
            SUBSCRIPTION,
            base_url=url,
            credential_scopes=[f"{url}/.default"],
            connection_verify=told["REQUESTS_CA_BUNDLE"],
        ) as made:
            yield made
    finally:
        sandbox.down()


@pytest.fixture(scope="module")
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
