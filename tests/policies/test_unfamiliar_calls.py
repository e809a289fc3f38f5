from __future__ import annotations

from typing import Any

import pytest

from fakes.specimens import call, ref, step, subject
from modalities.resource import Kind
from modalities.step import Effect
from modalities.target import Realm
from policies.finding import Severity
from policies.unfamiliar_calls import evaluate

THING = ref(Kind.OTHER, "some thing")


def found(service: str, operation: str, realm: Realm = Realm.PRODUCTION, **given: Any) -> list[Any]:
    one = step("it", Effect.CREATE, call(operation, service, **given), THING)
    return list(evaluate(subject(one, realm=realm)))


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("organizations", "CreateAccount"),
        ("iam", "AttachRolePolicy"),
        ("iam", "CreateAccessKey"),
        ("kms", "ScheduleKeyDeletion"),
        ("cloudtrail", "StopLogging"),
        ("ec2", "PurchaseHostReservation"),
        ("lambda", "AddPermission"),
        ("savingsplans", "CreateSavingsPlan"),
    ],
)
@pytest.mark.parametrize("realm", list(Realm))
def test_what_guards_or_buys_is_denied_everywhere(
    service: str, operation: str, realm: Realm
) -> None:
    assert [f.severity for f in found(service, operation, realm)] == [Severity.DENY]


@pytest.mark.parametrize(
    "given",
    [
        {"Policy": '{"Statement": [{"Principal": "*"}]}'},
        {"Policy": '{"Statement": [{"Principal": {"AWS": "*"}}]}'},
        {"Attributes": {"Policy": '{"Statement": [{"Principal": {"AWS": ["*"]}}]}'}},
        {"Document": {"Statement": [{"Principal": {"AWS": ["*"]}}]}},
        {"Principal": "*"},
        {"ACL": "public-read"},
    ],
)
def test_nothing_is_opened_to_anybody(given: dict[str, Any]) -> None:
    assert [f.severity for f in found("sqs", "SetQueueAttributes", **given)] == [Severity.DENY]


def test_an_unknown_service_is_told_once_and_the_louder_where_it_is_real() -> None:
    steps = [
        step(f"s{n}", Effect.CREATE, call("CreateQueue", "sqs", QueueName=str(n)), THING)
        for n in range(2)
    ]
    real = list(evaluate(subject(*steps)))
    tried = list(evaluate(subject(*steps, realm=Realm.SANDBOX)))
    assert [f.severity for f in real] == [Severity.WARN]
    assert [f.severity for f in tried] == [Severity.INFO]
    assert "no policy knows the service sqs" in real[0].reason


def test_what_has_a_kind_and_what_reads_is_not_its_business() -> None:
    known = step("a", Effect.CREATE, call("CreateQueue", "sqs"), ref(Kind.VM, "web-1"))
    read = step("b", Effect.READ, call("ListAccounts", "organizations"), THING)
    assert list(evaluate(subject(known, read))) == []


def test_taking_back_is_not_held_up() -> None:
    one = step("a", Effect.DELETE, call("DeleteRolePolicy", "iam"), THING)
    assert list(evaluate(subject(one, undoes="run-1"))) == []


@pytest.mark.parametrize(
    ("service", "operation", "effect", "body"),
    [
        ("authorization", "role_assignments.create", Effect.CREATE, {}),
        ("msi", "federated_identity_credentials.create_or_update", Effect.CREATE, {}),
        ("resource-locks", "management_locks.delete_by_scope", Effect.DELETE, {}),
        ("resource-locks", "management_locks.create_or_update_by_scope", Effect.UPDATE, {}),
        ("resource-policy", "policy_assignments.delete", Effect.DELETE, {}),
        ("storage", "storage_accounts.regenerate_key", Effect.UPDATE, {"keyName": "key1"}),
        ("storage", "storage_accounts.list_account_sas", Effect.UPDATE, {}),
        ("compute", "snapshots.begin_grant_access", Effect.UPDATE, {"access": "Read"}),
        ("network", "ddos_protection_plans.begin_create_or_update", Effect.CREATE, {}),
        ("monitor", "diagnostic_settings.delete", Effect.DELETE, {}),
        ("storage", "storage_accounts.update", Effect.UPDATE,
         {"properties": {"allowBlobPublicAccess": True}}),
        ("storage", "blob_containers.create", Effect.CREATE,
         {"properties": {"publicAccess": "Blob"}}),
    ],
)  # fmt: skip
def test_what_guards_buys_or_opens_on_azure_is_denied(
    service: str, operation: str, effect: Effect, body: dict[str, Any]
) -> None:
    one = step("it", effect, call(operation, service, body=body), THING)
    assert [f.severity for f in evaluate(subject(one))] == [Severity.DENY]


@pytest.mark.parametrize(
    ("service", "operation", "body"),
    [
        ("resource-locks", "management_locks.create_or_update_by_scope", {}),
        ("resource-policy", "policy_assignments.create", {}),
        ("compute", "availability_sets.create_or_update", {}),
        ("storage", "storage_accounts.begin_create",
         {"properties": {"allowBlobPublicAccess": False}}),
    ],
)  # fmt: skip
def test_of_what_is_new_on_azure_it_is_said_that_nobody_knows_it(
    service: str, operation: str, body: dict[str, Any]
) -> None:
    one = step("it", Effect.CREATE, call(operation, service, body=body), THING)
    (found,) = evaluate(subject(one))
    assert found.severity is Severity.WARN
    assert f"no policy knows the service {service} {operation.partition('.')[0]}" in found.reason
