"""Whole templates: parameters, variables, loops, conditions, dependencies, outputs."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from fakes.templates import (
    GROUP,
    SUBSCRIPTION,
    Held,
    reading,
    resource,
    setting,
    template,
)
from sandbox.azure.templates.faults import TemplateFault, written
from sandbox.azure.templates.place import Level, Place
from sandbox.azure.templates.source import Source
from sandbox.azure.templates.template import Template, read

ADDRESS = f"{GROUP.id}/providers/Microsoft.Network/publicIPAddresses"


def names(read_: Template) -> list[str]:
    return [one.name for one in read_.resources]


def refusal(given: dict[str, Any] | None = None, **sections: Any) -> TemplateFault:
    with pytest.raises(TemplateFault) as fault:
        reading(given, **sections)
    return fault.value


def outputs(read_: Template, **held: Any) -> dict[str, Any]:
    told = read_.outputs.told(Held({f"{ADDRESS}/{k}".lower(): v for k, v in held.items()}))
    return {name: one["value"] for name, one in told.items()}


def out(expression: str, type_: str = "string") -> dict[str, Any]:
    return {"o": {"type": type_, "value": f"[{expression}]"}}


class TestParameters:
    def test_defaults_may_use_each_other_and_what_only_they_may(self) -> None:
        read_ = reading(
            parameters={
                "b": {"type": "string", "defaultValue": "[concat(parameters('a'), '-b')]"},
                "a": {"type": "string", "defaultValue": "[utcNow('d')]"},
                "g": {"type": "string", "defaultValue": "[newGuid()]"},
            },
            outputs=out("concat(parameters('B'), parameters('g'))"),
        )
        assert outputs(read_)["o"] == "04/07/2020-bb76a51fc-bd72-4a77-b9a2-3c29e7d2e551"

    def test_a_missing_value(self) -> None:
        fault = refusal(parameters={"domain": {"type": "string"}})
        assert fault.code == "InvalidTemplate"
        assert "The value for the template parameter 'domain' at line" in fault.message
        assert "is not provided. Please see https://aka.ms/arm-create-parameter" in fault.message
        assert written(fault.path) == "parameters.domain"

    def test_an_unknown_name(self) -> None:
        fault = refusal({"other": 1}, parameters={"a": {"type": "int", "defaultValue": 1}})
        assert (
            "The template parameters 'other' in the parameters file are not valid" in fault.message
        )
        assert "The only supported parameters for this template are 'a'." in fault.message

    @pytest.mark.parametrize(
        ("declared", "value", "why"),
        [
            (
                {"type": "object"},
                "x",
                "Expected a value of type 'Object', but received a value of type 'String'.",
            ),
            ({"type": "string"}, {}, "Expected a value of type 'String, Uri'"),
            ({"type": "int"}, "1", "Expected a value of type 'Integer'"),
            ({"type": "bool"}, 1, "Expected a value of type 'Boolean'"),
            (
                {"type": "string", "allowedValues": ["a", "b"]},
                "c",
                "not part of the allowed value(s): 'a,b'",
            ),
            ({"type": "int", "minValue": 2}, 1, "greater than or equal to '2'"),
            ({"type": "int", "maxValue": 2}, 3, "less than or equal to '2'"),
            ({"type": "string", "minLength": 3}, "ab", "Length of the value should be greater"),
            ({"type": "array", "maxLength": 1}, [1, 2], "Length of the value should be less"),
        ],
    )
    def test_a_value_that_is_not_allowed(self, declared: Any, value: Any, why: str) -> None:
        assert why in refusal({"p": value}, parameters={"p": declared}).message

    def test_types_of_definitions(self) -> None:
        sections: dict[str, Any] = {
            "definitions": {
                "rule": {"type": "object", "properties": {"port": {"type": "int", "maxValue": 9}}}
            },
            "parameters": {"rules": {"type": "array", "items": {"$ref": "#/definitions/rule"}}},
        }
        reading({"rules": [{"port": 1}]}, **sections)
        assert (
            "'rules[1].port'" in refusal({"rules": [{"port": 1}, {"port": 10}]}, **sections).message
        )

    def test_nullable(self) -> None:
        read_ = reading(
            parameters={"p": {"type": "string", "nullable": True}},
            outputs=out("coalesce(parameters('p'), 'none')"),
        )
        assert outputs(read_)["o"] == "none"

    def test_a_default_that_depends_on_itself(self) -> None:
        declared = {"a": {"type": "string", "defaultValue": "[parameters('a')]"}}
        assert "depends on itself" in refusal(parameters=declared).message


class TestSecrets:
    SECTIONS: ClassVar[dict[str, Any]] = {
        "parameters": {"password": {"type": "secureString"}, "name": {"type": "string"}},
        "variables": {"login": "[concat('root:', parameters('password'))]"},
    }

    def test_not_told_with_the_parameters(self) -> None:
        read_ = reading({"password": "hunter2", "name": "n"}, **self.SECTIONS)
        assert read_.parameters.shown() == {
            "password": {"type": "SecureString"},
            "name": {"type": "String", "value": "n"},
        }

    def test_masked_in_a_preview_even_through_variables(self) -> None:
        properties = {"a": "[variables('login')]", "b": "[parameters('name')]"}
        read_ = reading(
            {"password": "hunter2", "name": "n"},
            resources=[resource("r", properties=properties)],
            **self.SECTIONS,
        )
        preview = read_.resources[0].preview()
        assert preview["properties"] == {"a": "*******", "b": "n"}
        assert read_.resources[0].body(Held())["properties"]["a"] == "root:hunter2"

    def test_not_told_with_the_outputs(self) -> None:
        read_ = reading(
            {"password": "hunter2", "name": "n"}, outputs=out("variables('login')"), **self.SECTIONS
        )
        told = read_.outputs.told(Held())
        assert told["o"]["value"] == "root:hunter2"
        assert read_.outputs.shown(told) == {"o": {"type": "String"}}


class TestVariables:
    def test_loops(self) -> None:
        read_ = reading(
            variables={
                "copy": [
                    {"name": "disks", "count": 3, "input": "[concat('d', copyIndex('disks'))]"}
                ],
                "inner": {
                    "copy": [
                        {"name": "ports", "count": 2, "input": {"n": "[copyIndex('ports', 80)]"}}
                    ]
                },
            },
            outputs={
                "disks": {"type": "array", "value": "[variables('disks')]"},
                "inner": {"type": "object", "value": "[variables('inner')]"},
            },
        )
        assert outputs(read_) == {
            "disks": ["d0", "d1", "d2"],
            "inner": {"ports": [{"n": 80}, {"n": 81}]},
        }

    def test_a_fault_names_the_variable(self) -> None:
        fault = refusal(variables={"v": "[createArray()[1]]"})
        assert "The template variable 'v' is not valid: The language expression" in fault.message
        assert written(fault.path) == "variables.v"

    def test_reference_is_not_for_variables(self) -> None:
        fault = refusal(variables={"v": "[reference('x')]"}, resources=[resource("x")])
        assert "'reference' is not expected at this location" in fault.message

    def test_a_circle(self) -> None:
        sections = {"a": "[variables('b')]", "b": "[variables('a')]"}
        assert "depends on itself" in refusal(variables=sections).message


class TestFunctionsOfItsOwn:
    SECTIONS: ClassVar[dict[str, Any]] = {
        "functions": [
            {
                "namespace": "contoso",
                "members": {
                    "uniqueName": {
                        "parameters": [{"name": "prefix", "type": "string"}],
                        "output": {
                            "type": "string",
                            "value": "[concat(parameters('prefix'), '1')]",
                        },
                    },
                    "bad": {"output": {"type": "string", "value": "[variables('v')]"}},
                },
            }
        ],
        "variables": {"v": "x"},
    }

    def test_called(self) -> None:
        read_ = reading(outputs=out("contoso.uniqueName('st')"), **self.SECTIONS)
        assert outputs(read_)["o"] == "st1"

    def test_sees_no_variables(self) -> None:
        fault = refusal(outputs=out("contoso.bad()"), **self.SECTIONS)
        assert "'variables' is not expected at this location" in fault.message

    def test_unknown(self) -> None:
        fault = refusal(outputs=out("contoso.other()"), **self.SECTIONS)
        assert "The template function 'contoso.other' is not valid." in fault.message


class TestResources:
    def test_one_for_each_turn(self) -> None:
        read_ = reading(
            resources=[
                resource(
                    "[concat('ip', copyIndex(1))]",
                    copy={"name": "ips", "count": 3},
                    properties={"n": "[copyIndex()]"},
                )
            ]
        )
        assert names(read_) == ["ip1", "ip2", "ip3"]
        assert [one.body(Held())["properties"]["n"] for one in read_.resources] == [0, 1, 2]

    def test_properties_in_loops(self) -> None:
        copy = [
            {"name": "rules", "count": 2, "input": {"name": "[concat('r', copyIndex('rules'))]"}}
        ]
        read_ = reading(resources=[resource("ip", properties={"copy": copy, "x": 1})])
        assert read_.resources[0].body(Held())["properties"] == {
            "rules": [{"name": "r0"}, {"name": "r1"}],
            "x": 1,
        }

    def test_a_false_condition_deploys_nothing_and_holds_nobody_up(self) -> None:
        read_ = reading(
            resources=[
                resource("a", condition=False, properties={"x": "[createArray()[0]]"}),
                resource("b", dependsOn=["a"]),
            ]
        )
        assert [one.name for one in read_.resources if one.deployed] == ["b"]

    def test_children_inside_and_beside_their_parent(self) -> None:
        subnet = {"type": "subnets", "apiVersion": "2023-05-01", "name": "s1"}
        beside = {
            "type": "Microsoft.Network/virtualNetworks/subnets",
            "apiVersion": "2023-05-01",
            "name": "net/s2",
            "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', 'net')]", "s1"],
        }
        read_ = reading(
            resources=[
                beside,
                resource("net", type="Microsoft.Network/virtualNetworks", resources=[subnet]),
            ]
        )
        assert names(read_) == ["net", "net/s1", "net/s2"]
        assert read_.resources[1].id.endswith("virtualNetworks/net/subnets/s1")

    def test_an_extension_by_scope_and_the_old_way(self) -> None:
        lock = {"type": "Microsoft.Authorization/locks", "apiVersion": "2020-05-01", "name": "l"}
        old = {
            "type": "Microsoft.Network/publicIPAddresses/providers/locks",
            "apiVersion": "2020-05-01",
            "name": "ip/Microsoft.Authorization/l",
        }
        by_scope = {**lock, "scope": "Microsoft.Network/publicIPAddresses/ip"}
        made = reading(resources=[by_scope]).resources[0]
        assert made.id == f"{ADDRESS}/ip/providers/Microsoft.Authorization/locks/l"
        assert reading(resources=[old]).resources[0].id == made.id

    def test_wrong_number_of_segments(self) -> None:
        fault = refusal(resources=[resource("a/b")])
        assert "has incorrect segment lengths" in fault.message

    @pytest.mark.parametrize(
        ("declared", "why"),
        [
            (resource(""), "The name property cannot be null or empty."),
            (resource("a", type="[variables('t')]"), "The type property cannot be an expression."),
            (resource("a", apiVersion=""), "The apiVersion property cannot be null or empty."),
            (resource("a", copy={"name": "c", "count": -1}), "invalid count '-1'"),
            (resource("a", copy={"name": "c", "count": 801}), "invalid count '801'"),
            (resource("[reference('a').x]"), "'reference' is not expected at this location"),
            (resource("[copyIndex()]"), "used in a resource with copy specified"),
        ],
    )
    def test_refused(self, declared: Any, why: str) -> None:
        assert why in refusal(resources=[declared]).message

    def test_twice_the_same(self) -> None:
        fault = refusal(resources=[resource("a"), resource("A")])
        assert "is defined multiple times in a template" in fault.message

    def test_symbolic_names(self) -> None:
        read_ = reading(
            languageVersion="2.0",
            resources={
                "second": resource("b", dependsOn=["first"]),
                "first": resource("a"),
                "old": resource("c", existing=True),
            },
            outputs=out("reference('old').ipAddress"),
        )
        assert [one.symbol for one in read_.resources] == ["first", "old", "second"]
        assert [one.symbol for one in read_.resources if one.deployed] == ["first", "second"]
        assert outputs(read_, c={"properties": {"ipAddress": "10.0.0.9"}})["o"] == "10.0.0.9"

    def test_references_of_a_symbolic_loop(self) -> None:
        read_ = reading(
            languageVersion="2.0",
            resources={
                "ips": resource("[concat('i', copyIndex())]", copy={"name": "ips", "count": 2})
            },
            outputs=out("map(references('ips'), lambda('r', lambdaVariables('r').a))", "array"),
        )
        held = {"i0": {"properties": {"a": 1}}, "i1": {"properties": {"a": 2}}}
        assert outputs(read_, **held)["o"] == [1, 2]


class TestDependencies:
    def test_by_loop_and_name(self) -> None:
        read_ = reading(
            resources=[
                resource("last", dependsOn=["many"]),
                resource("[concat('m', copyIndex())]", copy={"name": "many", "count": 2}),
            ]
        )
        assert names(read_) == ["m0", "m1", "last"]

    def test_serial_loops_go_batch_by_batch(self) -> None:
        copy = {"name": "c", "count": 5, "mode": "serial", "batchSize": 2}
        read_ = reading(resources=[resource("[concat('r', copyIndex())]", copy=copy)])
        depends = {one.name: {d.rpartition("/")[2] for d in one.depends} for one in read_.resources}
        assert depends == {
            "r0": set(),
            "r1": set(),
            "r2": {"r0", "r1"},
            "r3": {"r0", "r1"},
            "r4": {"r2", "r3"},
        }

    def test_by_reference_alone(self) -> None:
        read_ = reading(
            resources=[
                resource("user", properties={"x": "[reference('ip').ipAddress]"}),
                resource("keys", properties={"x": f"[listKeys('{ADDRESS}/user', '1').k]"}),
                resource("ip"),
            ]
        )
        assert names(read_) == ["ip", "user", "keys"]

    def test_the_branch_not_taken_holds_nobody_up(self) -> None:
        taken = "[if(equals(1, 2), reference('b').x, 'none')]"
        read_ = reading(resources=[resource("a", properties={"x": taken}), resource("b")])
        assert names(read_) == ["a", "b"]
        assert read_.resources[0].depends == ()

    def test_a_circle(self) -> None:
        fault = refusal(resources=[resource("a", dependsOn=["b"]), resource("b", dependsOn=["a"])])
        assert "Circular dependency detected on resource: '/subscriptions/" in fault.message

    def test_a_diamond_is_none(self) -> None:
        read_ = reading(
            resources=[
                resource("d", dependsOn=["b", "c"]),
                resource("b", dependsOn=["a"]),
                resource("c", dependsOn=["a"]),
                resource("a"),
            ]
        )
        assert names(read_) == ["a", "b", "c", "d"]

    def test_what_depends_on_nothing_goes_first(self) -> None:
        """Where a template forgets to say so, as many do that Azure deploys all the same."""
        read_ = reading(
            resources=[resource("net"), resource("nic", dependsOn=["net"]), resource("ip")]
        )
        assert names(read_) == ["net", "ip", "nic"]

    def test_not_in_the_template(self) -> None:
        wanted = "[resourceId('Microsoft.Compute/virtualMachines', 'windowsvm')]"
        fault = refusal(resources=[resource("a", dependsOn=[wanted])])
        assert (
            "The resource 'Microsoft.Compute/virtualMachines/windowsvm' is not defined in the "
            "template." in fault.message
        )

    def test_a_long_serial_chain(self) -> None:
        copy = {"name": "c", "count": 800, "mode": "serial"}
        read_ = reading(resources=[resource("[concat('r', copyIndex())]", copy=copy)])
        assert names(read_) == [f"r{at}" for at in range(800)]


class TestOutputs:
    def test_loop_and_condition(self) -> None:
        read_ = reading(
            outputs={
                "many": {"type": "array", "copy": {"count": 2, "input": "[copyIndex()]"}},
                "none": {"type": "string", "condition": False, "value": "[createArray()[0]]"},
            }
        )
        assert outputs(read_) == {"many": [0, 1]}

    def test_full(self) -> None:
        read_ = reading(
            resources=[resource("ip")],
            outputs=out("reference('ip', '2023-05-01', 'Full')", "object"),
        )
        held = {"location": "eastus", "properties": {}}
        assert outputs(read_, ip=held)["o"] == {"apiVersion": "2023-05-01", **held}

    def test_failed(self) -> None:
        read_ = reading(resources=[resource("ip")], outputs=out("reference('ip').ipAddress"))
        with pytest.raises(TemplateFault) as fault:
            outputs(read_, ip={"properties": {"provisioningState": "Succeeded"}})
        assert fault.value.code == "DeploymentOutputEvaluationFailed"
        assert fault.value.details[0]["target"] == "o"
        assert (
            "The language expression property 'ipAddress' doesn't exist, available properties are "
            "'provisioningState'" in fault.value.details[0]["message"]
        )

    def test_of_another_type(self) -> None:
        fault = refusal(outputs=out("createObject()"))
        assert "Expected 'String, Uri'. Actual 'Object'." in fault.message


class TestNested:
    def declared(self, inner: bool) -> dict[str, Any]:
        options = {"expressionEvaluationOptions": {"scope": "inner"}} if inner else {}
        return {
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": "nested",
            "resourceGroup": "other",
            "properties": {
                "mode": "Incremental",
                **options,
                "parameters": {"p": {"value": "[parameters('p')]"}} if inner else {},
                "template": template(
                    parameters={"p": {"type": "string", "defaultValue": "of its own"}},
                    outputs=out("concat(parameters('p'), '!')"),
                ),
            },
        }

    @pytest.mark.parametrize("inner", [True, False])
    def test_what_its_expressions_see(self, inner: bool) -> None:
        whole = reading(
            {"p": "outer"},
            parameters={"p": {"type": "string"}},
            resources=[self.declared(inner)],
        )
        (nested,) = whole.resources
        assert nested.place.group == "other"
        assert nested.sees_own is inner
        body = nested.body(Held())["properties"]
        read_ = read(
            body["template"],
            body["parameters"],
            setting(nested.place),
            outer=None if inner else nested.scope,
        )
        assert outputs(read_)["o"] == "outer!"

    def test_the_template_stays_as_it_is_until_then(self) -> None:
        (nested,) = reading(
            {"p": "x"}, parameters={"p": {"type": "string"}}, resources=[self.declared(True)]
        ).resources
        assert nested.preview()["properties"]["template"] == nested.template()


def test_a_group_is_made_in_a_subscription() -> None:
    place = Place(Level.SUBSCRIPTION, SUBSCRIPTION)
    group = {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "g"}
    read_ = read(template(resources=[group]), {}, setting(place))
    assert read_.resources[0].id == f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"


def test_an_expression_that_is_none_is_refused_wherever_it_stands() -> None:
    bad = "[concat('a']"
    fault = refusal(resources=[resource("a", condition=False, properties={"x": bad})])
    assert written(fault.path) == "resources[0].properties.x"
    assert fault.message == (
        "Deployment template language expression evaluation failed: 'Unable to parse language "
        "expression 'concat('a'': expected token 'RightParenthesis' and actual 'EndOfData''. "
        "Please see https://aka.ms/arm-template-expressions for usage details."
    )


def test_lines_and_columns_are_where_a_value_begins() -> None:
    text = (
        '{\n  // a comment\n  properties: {"template":\n    {"parameters": {"p": {"x": [1,2,],}}}}}'
    )
    source = Source(text, ("properties", "template"))
    assert source.position(("parameters", "p")) == (4, 26)
    assert source.position(("parameters", "p", "missing")) == (4, 26)
    assert source.within(("parameters",)).position(("p", "x", 1)) == (4, 35)
    assert Source().position(("parameters",)) == (0, 0)
