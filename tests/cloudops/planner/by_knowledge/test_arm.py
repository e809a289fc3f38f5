"""Requests for Azure's own things, read by the operation table and ARM's rules."""

from __future__ import annotations

from typing import Any

import pytest

from cloudops.app import arm_tables, effect_of
from cloudops.errors import NotUnderstood
from cloudops.planner.by_knowledge.interpreter import KnowledgeInterpreter
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import AnswerOf, Context, Goal, Intent, Listing, Request
from modalities.action import SdkCall
from modalities.change import Create, Operate
from modalities.resource import Provider

READER = KnowledgeInterpreter(BuiltInInterpreter(), lambda: None, effect_of, arm_tables)
SETS, LOCKS, TABLES = (
    "compute:availability_sets",
    "resource-locks:management_locks",
    "network:route_tables",
)
ALIGNED = {"sku": {"name": "Aligned"}, "properties": {"platformFaultDomainCount": 2}}


def ask(text: str) -> Intent:
    request = Request(text=text, target="azure-sandbox", actor="a")
    return READER.interpret(request, Context(cloud=Provider.AZURE))


def call_in(intent: Intent) -> tuple[str, dict[str, Any]]:
    if isinstance(intent.question, AnswerOf):
        call = intent.question.call
    else:
        (change,) = intent.changes
        assert isinstance(change, Operate)
        (call,) = change.calls
    assert isinstance(call, SdkCall)
    return str(call), dict(call.parameters)


@pytest.mark.parametrize(
    ("text", "call", "parameters"),
    [
        ("create an availability set named web", f"{SETS}.create_or_update",
         {"availabilitySetName": "web", "body": ALIGNED}),
        ("create an availability set named web in west europe; platform fault domain count 3",
         f"{SETS}.create_or_update",
         {"availabilitySetName": "web", "body": {
             "sku": {"name": "Aligned"}, "location": "westeurope",
             "properties": {"platformFaultDomainCount": 3}}}),
        ("add a ReadOnly lock keep to route table rt1", f"{LOCKS}.create_or_update_by_scope",
         {"lockName": "keep", "scope": "Microsoft.Network/routeTables/rt1",
          "body": {"properties": {"level": "ReadOnly"}}}),
        ("create a lock named keep; level CanNotDelete", f"{LOCKS}.create_or_update_by_scope",
         {"lockName": "keep", "body": {"properties": {"level": "CanNotDelete"}}}),
        ("create a snapshot named s1 of disk data1", "compute:snapshots.begin_create_or_update",
         {"snapshotName": "s1", "body": {"properties": {"creationData": {
             "createOption": "Copy", "sourceResourceId": "Microsoft.Compute/disks/data1"}}}}),
        ("add a route r1 to route table rt1; address prefix 10.1.0.0/16; next hop type None",
         "network:routes.begin_create_or_update",
         {"routeName": "r1", "routeTableName": "rt1", "body": {"properties": {
             "addressPrefix": "10.1.0.0/16", "nextHopType": "None"}}}),
        ("tag availability set web with team=a", f"{SETS}.update",
         {"availabilitySetName": "web", "body": {"tags": {"team": "a"}}}),
        ("set the minimum TLS version of storage account orders1 to TLS1_2",
         "storage:storage_accounts.update",
         {"accountName": "orders1", "body": {"properties": {"minimumTlsVersion": "TLS1_2"}}}),
        ("set disable bgp route propagation of route table rt1 to true",
         f"{TABLES}.begin_create_or_update",
         {"routeTableName": "rt1", "ifMatch": "*",
          "body": {"properties": {"disableBgpRoutePropagation": True}}}),
        ("list the locks on storage account orders1", f"{LOCKS}.list_by_scope",
         {"scope": "Microsoft.Storage/storageAccounts/orders1"}),
        ("show route drop of route table rt1", "network:routes.get",
         {"routeName": "drop", "routeTableName": "rt1"}),
        ("list availability sets in resource group shop", f"{SETS}.list",
         {"resourceGroupName": "shop"}),
        ("delete an availability set; name web", f"{SETS}.delete", {"availabilitySetName": "web"}),
    ],
)  # fmt: skip
def test_what_is_certain_is_one_call(text: str, call: str, parameters: dict[str, Any]) -> None:
    assert call_in(ask(text)) == (call, parameters)


def test_what_is_taken_for_granted_is_said() -> None:
    intent = ask("create a storage account named orders1 with sku Standard_LRS")
    assert intent.goal is Goal.PROVISION
    assert intent.defaults == (
        "read as storage storage_accounts.begin_create: PUT Microsoft.Storage/storageAccounts",
        "kind: StorageV2, since none is named",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("create a key vault named kv1", "vault"),
        ("delete availability sets web and app", "“app”"),
        ("delete route table rt1 unless it is used", "unless"),
        ("set the colour of availability set web to blue", "“colour”"),
        ("update availability set web", "is not said"),
        ("make storage account orders1 cheaper", "“cheaper”"),
        ("show storage account keys", "“keys”"),
        ("list my container apps", "container"),
        ("create a storage account named x1 with sku Standard_Fast", "Standard_Fast"),
        ("delete availability set web; name app", "web"),
        ("create a role assignment for Kim", "roleAssignments"),
        ("delete a private link service endpoint connection; name c1; service name s1", "endpoint"),
        ("delete NAT gateway connection", "“connection”"),
        ("tag availability set web; tags team, cost=1", "team, cost=1"),
        ("create a route table named rt1; name rt2; name rt3", "name rt3"),
        ("create a storage account x1y with sku Standard_LRS and kind Storage", "is not proposed"),
    ],
)
def test_one_word_over_and_nothing_is_done(text: str, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why) as stop:
        ask(text)
    assert not stop.value.questions


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("create a lock named keep", ["Which level?"]),
        ("delete all availability sets", ["Which availability set name?"]),
        ("create a route in route table rt1", ["Which route name?", "Which next hop type?"]),
    ],
)
def test_what_is_missing_is_asked_for(text: str, asked: list[str]) -> None:
    with pytest.raises(NotUnderstood) as stop:
        ask(text)
    assert [question.text for question in stop.value.questions] == asked
    assert stop.value.questions[0].rephrase.startswith(text)


def test_the_answer_to_a_question_makes_it_whole() -> None:
    with pytest.raises(NotUnderstood) as stop:
        ask("create a lock named keep")
    (question,) = stop.value.questions
    assert set(question.options) >= {"CanNotDelete", "ReadOnly"}
    said = question.rephrase.replace("{answer}", "ReadOnly")
    assert call_in(ask(said))[1]["body"] == {"properties": {"level": "ReadOnly"}}


def test_what_the_grammar_knows_stays_the_grammars() -> None:
    (made,) = ask("create a public IP named pip1").changes
    assert isinstance(made, Create)
    assert isinstance(ask("list snapshots").question, Listing)
    with pytest.raises(NotUnderstood, match="“warp”"):
        ask("create a VM named web-1 with warp drive")


def test_a_longer_name_is_another_thing() -> None:
    """The grammar took an application security group for a security group."""
    call, _ = call_in(ask("create an application security group named web"))
    assert call == "network:application_security_groups.begin_create_or_update"
    call, _ = call_in(ask("list public ip prefixes"))
    assert call == "network:public_ip_prefixes.list"
