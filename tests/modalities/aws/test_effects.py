"""What an operation does is told by name, model and table, never by who asks for it."""

from __future__ import annotations

import pytest

from modalities.aws.effects import BY_HAND, SECRETS, effect_of, reveals_secret
from modalities.aws.loader import LOADER, known_services, service_model
from modalities.step import Effect


@pytest.mark.parametrize(
    ("service", "operation", "effect"),
    [
        ("ec2", "DescribeInstances", Effect.READ),
        ("ec2", "GetConsoleOutput", Effect.READ),
        ("s3", "ListBuckets", Effect.READ),
        ("s3", "HeadBucket", Effect.READ),
        ("sts", "GetCallerIdentity", Effect.READ),
        ("ec2", "RunInstances", Effect.CREATE),
        ("ec2", "AllocateAddress", Effect.CREATE),
        ("elbv2", "CreateListener", Effect.CREATE),
        ("ec2", "StartInstances", Effect.UPDATE),
        ("ec2", "AttachVolume", Effect.UPDATE),
        ("ec2", "CreateTags", Effect.UPDATE),
        ("ec2", "DeleteTags", Effect.UPDATE),
        ("ec2", "AuthorizeSecurityGroupIngress", Effect.UPDATE),
        ("elbv2", "RegisterTargets", Effect.UPDATE),
        ("elbv2", "DeregisterTargets", Effect.UPDATE),
        ("s3", "PutObject", Effect.UPDATE),
        ("ec2", "CreateReplaceRootVolumeTask", Effect.REPLACE),
        ("ec2", "TerminateInstances", Effect.DELETE),
        ("ec2", "ReleaseAddress", Effect.DELETE),
        ("ec2", "DeregisterImage", Effect.DELETE),
        ("s3", "DeleteObjects", Effect.DELETE),
    ],
)
def test_effects(service: str, operation: str, effect: Effect) -> None:
    assert effect_of(service, operation) is effect


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("elasticache", "TestFailover"),
        ("elasticache", "TestMigration"),
        ("cloudformation", "TestType"),
        ("stepfunctions", "GetActivityTask"),
        ("stepfunctions", "TestState"),
        ("ecs", "DiscoverPollEndpoint"),
        ("sts", "GetDelegatedAccessToken"),
        ("sts", "GetWebIdentityToken"),
        ("secretsmanager", "ValidateResourcePolicy"),
        ("ivs", "StartViewerSessionRevocation"),
        ("emr-containers", "GetManagedEndpointSessionCredentials"),
        ("ec2", "DescribeEverythingAndMore"),
        ("nosuchservice", "DescribeInstances"),
        ("ec2", "describe_instances"),
        ("ec2", ""),
    ],
)
def test_what_looks_like_a_read_and_is_none_or_is_unknown_is_a_write(
    service: str, operation: str
) -> None:
    assert effect_of(service, operation) is not Effect.READ


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("secretsmanager", "GetSecretValue"),
        ("ec2", "GetPasswordData"),
        ("ec2", "CreateKeyPair"),
        ("sts", "GetSessionToken"),
        ("ecr", "GetAuthorizationToken"),
        ("emr", "GetClusterSessionCredentials"),
    ],
)
def test_secret_answers_are_flagged(service: str, operation: str) -> None:
    assert reveals_secret(service, operation)


def test_plain_reads_are_not_flagged() -> None:
    assert not reveals_secret("ec2", "DescribeInstances")
    assert not reveals_secret("sts", "GetCallerIdentity")


def test_the_tables_name_operations_that_exist() -> None:
    """A row for a misspelt operation would protect nothing."""
    for service, operation in {*BY_HAND, *SECRETS}:
        assert operation in service_model(service).operation_names, (service, operation)


def test_of_the_sdk_hands_services_every_read_is_one_by_iams_reckoning() -> None:
    """Nothing that starts, stops, sends or sets passes as a read."""
    for service in ("ec2", "elbv2", "s3", "ssm", "sts", "iam"):
        for operation in service_model(service).operation_names:
            if effect_of(service, operation) is Effect.READ:
                assert operation.startswith(("Describe", "List", "Get", "Head", "Search", "Select"))


def test_every_service_directory_has_a_model() -> None:
    services = known_services()
    assert len(services) > 400
    assert {"ec2", "elbv2", "s3", "ssm", "sts"} <= set(services)
    assert LOADER.determine_latest_version("ec2", "service-2") >= "2016-11-15"
