"""Deployments as the resource manager answers them: made, tried out, failed, listed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.arm import GROUP, HERE, NETWORK, Arm
from sandbox.azure.cloud import Settings
from sandbox.azure.faults import Fault, FaultKind

DEPLOYMENTS = f"{GROUP}/providers/Microsoft.Resources/deployments"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
VERSION = "2023-05-01"


def template(*resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "resources": list(resources),
        **sections,
    }


def network(name: str = "net", *subnets: str, **more: Any) -> dict[str, Any]:
    listed = [
        {"name": subnet, "properties": {"addressPrefix": f"[cidrSubnet('10.0.0.0/16', 24, {at})]"}}
        for at, subnet in enumerate(subnets)
    ]
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": listed}
    return {
        "type": "Microsoft.Network/virtualNetworks",
        "apiVersion": VERSION,
        "name": name,
        "location": "[resourceGroup().location]",
        "properties": space,
        **more,
    }


def address(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Network/publicIPAddresses",
        "apiVersion": VERSION,
        "name": name,
        "location": "eastus",
        "properties": {},
        **more,
    }


def body(
    wanted: dict[str, Any], given: dict[str, Any] | None = None, mode: str = "Incremental"
) -> dict[str, Any]:
    values = {name: {"value": value} for name, value in (given or {}).items()}
    return {"properties": {"mode": mode, "template": wanted, "parameters": values}}


def deployed(arm: Arm, wanted: dict[str, Any], name: str = "d", **more: Any) -> dict[str, Any]:
    """The deployment's properties."""
    told = arm.done("PUT", f"{DEPLOYMENTS}/{name}", body(wanted, **more))
    found: dict[str, Any] = told["properties"]
    return found


def error(arm: Arm, wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = arm.ask("PUT", f"{DEPLOYMENTS}/d", body(wanted, **more))
    assert answer.status == 400, answer.body
    found: dict[str, Any] = answer.body["error"]
    return found


def tried(arm: Arm, wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What-if's properties, fetched as clients do."""
    answer = arm.ask("POST", f"{DEPLOYMENTS}/d/whatIf", body(wanted, **more))
    assert answer.status == 202
    told = arm.done("GET", answer.headers["Location"])
    assert told["status"] == "Succeeded"
    found: dict[str, Any] = told["properties"]
    return found


def changes(arm: Arm, wanted: dict[str, Any], **more: Any) -> dict[str, str]:
    """Kinds of change by the last part of the id."""
    told = tried(arm, wanted, **more)["changes"]
    return {one["resourceId"].rpartition("/")[2]: one["changeType"] for one in told}


def there(arm: Arm, name: str) -> bool:
    return arm.cloud.get(f"{NETWORK}/{name}") is not None


class TestMade:
    def test_resources_and_outputs(self) -> None:
        arm = Arm()
        outputs = {"id": {"type": "string", "value": "[reference('net').subnets[1].id]"}}
        told = deployed(arm, template(network("net", "a", "b"), outputs=outputs))
        assert told["provisioningState"] == "Succeeded"
        assert told["outputs"]["id"] == {
            "type": "String",
            "value": f"{NETWORK}/virtualNetworks/net/subnets/b",
        }
        assert told["outputResources"] == [{"id": f"{NETWORK}/virtualNetworks/net"}]
        assert arm.done("GET", f"{DEPLOYMENTS}/d")["properties"] == told

    def test_the_answer_to_a_put_is_followed_to_its_end(self) -> None:
        arm = Arm()
        answer = arm.ask("PUT", f"{DEPLOYMENTS}/d", body(template(network())))
        assert answer.status == 201
        polled = arm.done("GET", answer.headers["Azure-AsyncOperation"])
        assert polled["status"] == "Succeeded"
        again = arm.ask("PUT", f"{DEPLOYMENTS}/d", body(template(network())))
        assert again.status == 200

    def test_incremental_leaves_what_the_template_lacks(self) -> None:
        arm = Arm()
        deployed(arm, template(address("one")))
        deployed(arm, template(address("two")))
        assert there(arm, "publicIPAddresses/one")

    def test_complete_deletes_it_users_first(self) -> None:
        arm = Arm()
        arm.network()
        arm.interface("nic")
        told = deployed(arm, template(address("two")), mode="Complete")
        assert told["provisioningState"] == "Succeeded"
        assert not there(arm, "networkInterfaces/nic")
        assert not there(arm, "virtualNetworks/net")
        assert there(arm, "publicIPAddresses/two")

    def test_complete_keeps_the_children_of_what_it_names(self) -> None:
        arm = Arm()
        wanted = template(network("net", "a"))
        deployed(arm, wanted)
        deployed(arm, wanted, mode="Complete")
        assert there(arm, "virtualNetworks/net/subnets/a")

    def test_nulls_of_a_template_mean_something(self) -> None:
        variables = {"v": {"none": None}}
        outputs = {"o": {"type": "bool", "value": "[empty(coalesce(variables('v').none, ''))]"}}
        told = deployed(Arm(), template(variables=variables, outputs=outputs))
        assert told["outputs"]["o"]["value"] is True

    def test_list_operations(self) -> None:
        arm = Arm()
        deployed(arm, template(address("one"), address("two")))
        listed = arm.done("GET", f"{DEPLOYMENTS}/d/operations")["value"]
        kinds = [one["properties"]["provisioningOperation"] for one in listed]
        assert kinds == ["Create", "Create", "EvaluateDeploymentOutput"]
        old = f"{GROUP}/deployments/d/operations"
        assert arm.done("GET", old)["value"] == listed
        assert arm.done("GET", f"{old}/{listed[0]['operationId']}") == listed[0]
        assert arm.refused("GET", f"{old}/none") == (404, "DeploymentOperationNotFound")

    def test_listed_exported_and_deleted_without_its_resources(self) -> None:
        arm = Arm()
        wanted = template(address("one"))
        deployed(arm, wanted)
        assert [one["name"] for one in arm.done("GET", DEPLOYMENTS)["value"]] == ["d"]
        assert arm.done("POST", f"{DEPLOYMENTS}/d/exportTemplate", {}) == {"template": wanted}
        assert arm.refused("POST", f"{DEPLOYMENTS}/d/cancel") == (
            409,
            "DeploymentCannotBeCancelled",
        )
        arm.done("DELETE", f"{DEPLOYMENTS}/d")
        assert arm.refused("GET", f"{DEPLOYMENTS}/d") == (404, "DeploymentNotFound")
        assert there(arm, "publicIPAddresses/one")

    def test_it_is_in_the_activity_log_resource_by_resource(self) -> None:
        arm = Arm()
        deployed(arm, template(address("one")))
        done = {event.operation for event in arm.cloud.activity.newest_first()}
        assert "Microsoft.Network/publicIPAddresses/write" in done
        assert "Microsoft.Resources/deployments/write" in done

    def test_a_secure_value_comes_out_nowhere(self) -> None:
        arm = Arm()
        wanted = template(
            address("one", tags={"plain": "x", "secret": "[parameters('p')]"}),
            parameters={"p": {"type": "securestring"}},
            outputs={"o": {"type": "string", "value": "[parameters('p')]"}},
        )
        secret = "correct-Horse-9"
        seen = [tried(arm, wanted, given={"p": secret})]
        seen.append(deployed(arm, wanted, given={"p": secret}))
        seen.append(tried(arm, wanted, given={"p": "another-Horse-9"}))
        seen.append(arm.done("GET", f"{DEPLOYMENTS}/d/operations"))
        seen.append(arm.done("POST", f"{DEPLOYMENTS}/d/exportTemplate", {}))
        assert "Horse" not in json.dumps(seen)
        entry = arm.cloud.require(f"{NETWORK}/publicIPAddresses/one")
        assert entry.document["tags"]["secret"] == secret

    def test_nor_through_a_nested_deployment_that_takes_it_for_plain(self) -> None:
        inner = template(
            address("deep", tags={"t": "[parameters('plain')]"}),
            parameters={"plain": {"type": "string"}},
            outputs={"o": {"type": "string", "value": "[parameters('plain')]"}},
        )
        nested = TestScopes().nested(inner)
        nested["properties"]["parameters"] = {"plain": {"value": "[parameters('p')]"}}
        outputs = {"all": {"type": "object", "value": "[deployment()]"}}
        declared = {"p": {"type": "securestring"}}
        wanted = template(nested, parameters=declared, outputs=outputs)
        arm, secret = Arm(), "correct-Horse-9"
        seen = [tried(arm, wanted, given={"p": secret}), deployed(arm, wanted, given={"p": secret})]
        seen.append(arm.done("GET", f"{DEPLOYMENTS}/inside"))
        assert "Horse" not in json.dumps(seen)
        assert (
            arm.cloud.require(f"{NETWORK}/publicIPAddresses/deep").document["tags"]["t"] == secret
        )

    def test_nor_with_a_message(self) -> None:
        secret = "correct-Horse-9"
        bad = "[json(concat('{', parameters('p')))]"
        declared = {"p": {"type": "securestring"}}
        early = template(parameters=declared, variables={"v": bad})
        told = error(Arm(), early, given={"p": secret})
        assert told["message"].count("*******") == 1
        late = "[if(empty(reference('a')), '', json(parameters('p')))]"
        wanted = template(address("a"), address("b", properties={"x": late}), parameters=declared)
        failed = deployed(Arm(), wanted, given={"p": secret})
        assert failed["provisioningState"] == "Failed"
        assert "Horse" not in json.dumps([told, failed])

    def test_names_of_properties_in_any_casing(self) -> None:
        """And numbers as text, as templates have them that Azure takes."""
        arm = Arm()
        arm.address("ip")
        public = {"PublicIpAddress": {"ID": f"{NETWORK}/publicIPAddresses/ip"}}
        balancer = {
            "type": "Microsoft.Network/loadBalancers",
            "apiVersion": VERSION,
            "name": "lb",
            "location": "eastus",
            "tags": {"Name": "kept as it is"},
            "properties": {
                "frontendIpConfigurations": [{"Name": "front", "Properties": public}],
                "probes": [
                    {
                        "name": "p",
                        "properties": {
                            "protocol": "Tcp",
                            "port": "80",
                            "intervalInSeconds": "5",
                            "numberOfProbes": "2",
                        },
                    }
                ],
            },
        }
        assert deployed(arm, template(balancer))["provisioningState"] == "Succeeded"
        told = arm.done("GET", f"{NETWORK}/loadBalancers/lb")
        assert told["properties"]["frontendIPConfigurations"][0]["name"] == "front"
        assert told["properties"]["probes"][0]["properties"]["port"] == 80
        assert told["tags"] == {"Name": "kept as it is"}


class TestScopes:
    def nested(self, inner: dict[str, Any], **more: Any) -> dict[str, Any]:
        options = {"scope": "inner"}
        properties = {
            "mode": "Incremental",
            "expressionEvaluationOptions": options,
            "template": inner,
        }
        return {
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": "inside",
            "properties": properties,
            **more,
        }

    def test_a_group_and_what_is_in_it_from_a_subscription(self) -> None:
        arm = Arm()
        group = {
            "type": "Microsoft.Resources/resourceGroups",
            "apiVersion": "2022-09-01",
            "name": "made",
            "location": "westus2",
        }
        inside = template(network(), outputs={"n": {"type": "string", "value": "here"}})
        outputs = {"n": {"type": "string", "value": "[reference('inside').outputs.n.value]"}}
        wanted = template(
            group, self.nested(inside, resourceGroup="made", dependsOn=["made"]), outputs=outputs
        )
        where = f"{HERE}/providers/Microsoft.Resources/deployments/top"
        told = arm.done("PUT", where, {**body(wanted), "location": "eastus"})
        assert told["properties"]["outputs"]["n"]["value"] == "here"
        made = f"{HERE}/resourceGroups/made/providers"
        assert (
            arm.done("GET", f"{made}/Microsoft.Network/virtualNetworks/net")["location"]
            == "westus2"
        )
        assert arm.done("GET", f"{made}/Microsoft.Resources/deployments/inside")
        assert arm.refused("PUT", where, body(wanted)) == (400, "LocationRequired")
        complete = {**body(template(), mode="Complete"), "location": "eastus"}
        assert arm.refused("PUT", where, complete) == (400, "InvalidDeployment")

    def test_at_the_tenant(self) -> None:
        arm = Arm()
        outputs = {"t": {"type": "string", "value": "[tenant().tenantId]"}}
        where = "/providers/Microsoft.Resources/deployments/top"
        told = arm.done("PUT", where, {**body(template(outputs=outputs)), "location": "eastus"})
        assert told["properties"]["outputs"]["t"]["value"]
        assert arm.done("GET", where)["location"] == "eastus"

    def test_a_nested_failure_is_told_from_the_inside_out(self) -> None:
        arm = Arm()
        bad = network("bad")
        bad["properties"] = {"addressSpace": {"addressPrefixes": ["10.0.0.0/99"]}}
        told = deployed(arm, template(self.nested(template(address("ok"), bad))))
        outer = told["error"]["details"][0]
        assert outer["code"] == "ResourceDeploymentFailure"
        assert outer["details"][0]["code"] == "DeploymentFailed"
        assert outer["details"][0]["details"][0]["target"].endswith("virtualNetworks/bad")
        assert there(arm, "publicIPAddresses/ok")


class TestFailed:
    def test_what_was_made_stays_and_what_needs_the_failed_is_not_tried(self) -> None:
        arm = Arm()
        arm.cloud.faults.orders.append(Fault("*/virtualNetworks/write", FaultKind.QUOTA))
        wanted = template(
            address("before"), network(), address("after", dependsOn=["net"]), address("beside")
        )
        answer = arm.ask("PUT", f"{DEPLOYMENTS}/d", body(wanted))
        polled = arm.done("GET", answer.headers["Azure-AsyncOperation"])
        assert polled["status"] == "Failed"
        assert polled["error"]["code"] == "DeploymentFailed"
        detail = polled["error"]["details"][0]
        assert (detail["code"], detail["target"]) == (
            "QuotaExceeded",
            f"{NETWORK}/virtualNetworks/net",
        )
        assert there(arm, "publicIPAddresses/before")
        assert there(arm, "publicIPAddresses/beside")
        assert not there(arm, "publicIPAddresses/after")
        operations = arm.done("GET", f"{DEPLOYMENTS}/d/operations")["value"]
        failed = [one["properties"] for one in operations if "statusMessage" in one["properties"]]
        assert [one["statusMessage"]["error"]["code"] for one in failed] == ["QuotaExceeded"]
        assert len(operations) == 3

    def test_an_output_that_cannot_be_evaluated(self) -> None:
        outputs = {"ip": {"type": "string", "value": "[reference('a').nothing]"}}
        arm = Arm()
        told = deployed(arm, template(address("a"), outputs=outputs))
        assert told["error"]["code"] == "DeploymentOutputEvaluationFailed"
        assert told["error"]["details"][0]["target"] == "ip"
        assert there(arm, "publicIPAddresses/a")

    def test_an_expression_that_fails_only_while_deploying(self) -> None:
        wanted = template(address("a"), address("b", properties={"x": "[reference('a').nothing]"}))
        told = deployed(Arm(), wanted)
        detail = told["error"]["details"][0]
        assert detail["code"] == "InvalidTemplate"
        assert "Unable to process template language expressions for resource" in detail["message"]

    def test_a_lock_holds_for_templates_too(self) -> None:
        arm = Arm()
        lock = {"properties": {"level": "ReadOnly"}}
        arm.address("a")
        where = f"{NETWORK}/publicIPAddresses/a/providers/Microsoft.Authorization/locks/l"
        arm.done("PUT", where, lock)
        told = deployed(arm, template(address("a")))
        assert told["error"]["details"][0]["code"] == "ScopeLocked"


class TestRefused:
    """Nothing is done, nothing is kept."""

    def test_with_the_place_in_the_request(self) -> None:
        arm = Arm()
        told = error(arm, template(parameters={"size": {"type": "string"}}))
        assert told["code"] == "InvalidTemplate"
        assert (
            "The value for the template parameter 'size' at line '1' and column" in told["message"]
        )
        info = told["additionalInfo"][0]["info"]
        assert info["path"] == "properties.template.parameters.size"
        assert info["lineNumber"] == 1
        assert info["linePosition"] > 100
        assert arm.refused("GET", f"{DEPLOYMENTS}/d") == (404, "DeploymentNotFound")

    @pytest.mark.parametrize(
        ("properties", "code"),
        [
            ({"template": {}}, "InvalidRequestContent"),
            ({"mode": "Partial", "template": {}}, "InvalidRequestContent"),
            ({"mode": "Incremental"}, "InvalidDeployment"),
            ({"mode": "Incremental", "template": []}, "InvalidRequestContent"),
            (
                {"mode": "Incremental", "templateLink": {"uri": "https://example.invalid/t.json"}},
                "InvalidContentLink",
            ),
        ],
    )
    def test_a_request_that_is_none(self, properties: dict[str, Any], code: str) -> None:
        assert Arm().refused("PUT", f"{DEPLOYMENTS}/d", {"properties": properties}) == (400, code)

    def test_a_type_that_is_not_imitated(self) -> None:
        arm = Arm()
        wanted = template(address("a"), {**address("b"), "type": "Microsoft.Web/sites"})
        assert error(arm, wanted)["code"] == "NotEmulated"
        assert not there(arm, "publicIPAddresses/a")

    def test_by_policy_before_anything_is_made(self) -> None:
        arm = Arm()
        rule = {
            "if": {"field": "location", "notIn": ["westeurope"]},
            "then": {"effect": "deny"},
        }
        authorization = f"{HERE}/providers/Microsoft.Authorization"
        definition = f"{authorization}/policyDefinitions/only-west"
        arm.done("PUT", definition, {"properties": {"policyRule": rule}})
        arm.done(
            "PUT",
            f"{authorization}/policyAssignments/a",
            {"properties": {"policyDefinitionId": definition}},
        )
        told = error(arm, template(address("a", location="westeurope"), address("b")))
        assert told["code"] == "InvalidTemplateDeployment"
        assert [one["code"] for one in told["details"]] == ["RequestDisallowedByPolicy"]
        assert not there(arm, "publicIPAddresses/a")

    def test_validate_says_the_same_and_does_nothing(self) -> None:
        arm = Arm()
        wanted = template(address("a"))
        answer = arm.ask("POST", f"{DEPLOYMENTS}/d/validate", body(wanted))
        assert answer.status == 202
        told = arm.done("GET", answer.headers["Location"])
        assert told["properties"]["validatedResources"] == [
            {"id": f"{NETWORK}/publicIPAddresses/a"}
        ]
        assert not there(arm, "publicIPAddresses/a")
        bad = template(outputs={"o": {"type": "string", "value": "[nosuch()]"}})
        assert arm.refused("POST", f"{DEPLOYMENTS}/d/validate", body(bad)) == (
            400,
            "InvalidTemplate",
        )


class TestWhatIf:
    def test_create_ignore_and_nothing_done(self) -> None:
        arm = Arm()
        arm.address("old")
        before = len(arm.cloud.store)
        assert changes(arm, template(address("new"))) == {"new": "Create", "old": "Ignore"}
        assert len(arm.cloud.store) == before
        assert not [e for e in arm.cloud.activity.newest_first() if e.resource.endswith("/new")]

    def test_no_change(self) -> None:
        arm = Arm()
        wanted = template(network("net", "a"))
        deployed(arm, wanted)
        assert changes(arm, wanted) == {"net": "NoChange"}

    def test_modify_tells_which_properties(self) -> None:
        arm = Arm()
        deployed(arm, template(network("net", "a", tags={"a": "1", "b": "1"})))
        told = tried(arm, template(network("net", "a", "b", tags={"a": "2", "c": "1"})))
        (change,) = told["changes"]
        assert change["changeType"] == "Modify"
        delta = {one["path"]: one for one in change["delta"]}
        assert delta["tags.a"] == {
            "path": "tags.a",
            "propertyChangeType": "Modify",
            "before": "1",
            "after": "2",
        }
        assert delta["tags.b"]["propertyChangeType"] == "Delete"
        assert delta["tags.c"]["propertyChangeType"] == "Create"
        subnets = delta["properties.subnets"]
        assert subnets["propertyChangeType"] == "Array"
        assert [(c["path"], c["propertyChangeType"]) for c in subnets["children"]] == [
            ("b", "Create")
        ]
        assert set(delta) == {"tags.a", "tags.b", "tags.c", "properties.subnets"}

    def test_what_it_says_is_what_then_happens(self) -> None:
        arm = Arm()
        deployed(arm, template(network("net", "a")))
        wanted = template(network("net", "a", "b"), address("ip"))
        said = {one["resourceId"]: one for one in tried(arm, wanted)["changes"]}
        deployed(arm, wanted)
        net = arm.done("GET", f"{NETWORK}/virtualNetworks/net")
        after = said[f"{NETWORK}/virtualNetworks/net"]["after"]
        assert after["properties"]["subnets"][1]["name"] == net["properties"]["subnets"][1]["name"]
        assert after["tags"] == net["tags"] if "tags" in net else "tags" not in after

    def test_complete_tells_what_goes(self) -> None:
        arm = Arm()
        arm.address("old")
        assert changes(arm, template(address("new")), mode="Complete") == {
            "new": "Create",
            "old": "Delete",
        }
        assert there(arm, "publicIPAddresses/old")

    def test_only_ids(self) -> None:
        arm = Arm()
        deployed(arm, template(address("a")))
        asked = body(template(address("a"), address("b")))
        asked["properties"]["whatIfSettings"] = {"resultFormat": "ResourceIdOnly"}
        answer = arm.ask("POST", f"{DEPLOYMENTS}/d/whatIf", asked)
        told = arm.done("GET", answer.headers["Location"])["properties"]["changes"]
        assert told == [
            {"resourceId": f"{NETWORK}/publicIPAddresses/a", "changeType": "Deploy"},
            {"resourceId": f"{NETWORK}/publicIPAddresses/b", "changeType": "Create"},
        ]

    def test_what_would_fail_is_said_and_no_fault_is_used_up(self) -> None:
        arm = Arm()
        bad = network("bad")
        bad["properties"] = {"addressSpace": {"addressPrefixes": ["10.0.0.0/99"]}}
        arm.cloud.faults.orders.append(Fault("*/publicIPAddresses/write", FaultKind.QUOTA))
        told = tried(arm, template(bad, address("a")))
        assert [one["target"] for one in told["diagnostics"]] == [f"{NETWORK}/virtualNetworks/bad"]
        assert deployed(arm, template(address("a")))["provisioningState"] == "Failed"

    def test_what_is_nested_is_told_itself(self) -> None:
        nested = TestScopes().nested(template(address("deep")))
        assert changes(Arm(), template(nested)) == {"deep": "Create"}


def test_what_a_group_exports_makes_it_anew() -> None:
    arm = Arm()
    arm.network()
    arm.interface("nic")
    arm.address("ip")
    answer = arm.ask("POST", f"{GROUP}/exportTemplate", {"resources": ["*"]})
    exported = arm.done("GET", answer.headers["Location"])["template"]
    arm.done("DELETE", GROUP)
    arm.done("PUT", GROUP, {"location": "eastus"})
    assert deployed(arm, exported)["provisioningState"] == "Succeeded"
    assert there(arm, "networkInterfaces/nic")
    assert set(changes(arm, exported).values()) == {"NoChange"}


def test_a_copy_of_a_cloud_has_its_deployments() -> None:
    arm = Arm(Settings())
    deployed(arm, template(address("a")))
    twin = arm.cloud.copy()
    entry = twin.require(f"{DEPLOYMENTS}/d")
    assert entry.properties["provisioningState"] == "Succeeded"


def test_the_tags_of_a_resource_are_one_in_a_template() -> None:
    arm = Arm()
    deployed(arm, template(network("net")))
    tags = {
        "type": "Microsoft.Resources/tags",
        "apiVersion": VERSION,
        "name": "default",
        "scope": "[resourceId('Microsoft.Network/virtualNetworks', 'net')]",
        "properties": {"tags": {"env": "prod"}},
    }
    (change,) = (c for c in tried(arm, template(tags))["changes"] if c["changeType"] != "Ignore")
    assert (change["changeType"], change["delta"][0]["after"]) == ("Modify", "prod")
    assert arm.done("GET", f"{NETWORK}/virtualNetworks/net").get("tags", {}) == {}
    deployed(arm, template(tags))
    assert arm.done("GET", f"{NETWORK}/virtualNetworks/net")["tags"] == {"env": "prod"}
