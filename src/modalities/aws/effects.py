"""What an AWS operation does, from its name, the vendor's model and a table checked by hand.

Neither the plan nor the words of a request are asked. What is not known is at least an
update. The model's own ``readonly`` trait is of little use: the big old services have none,
and the others leave it off 1377 of their plain reads. So a read is what is called one, and
stands in the model, and takes no idempotency token, and hands out no credentials; names that
mislead were found by comparing them all with IAM's access levels (policy_sentry).
"""

from __future__ import annotations

import re

from botocore.exceptions import DataNotFoundError

from modalities.aws.loader import service_model
from modalities.step import Effect

READS = ("Describe", "List", "Get", "Head", "BatchGet", "BatchDescribe", "Lookup", "Search")

CREATES = ("Create", "Run", "Allocate", "Import", "Copy", "Restore", "Request", "Purchase")

DELETES = ("Delete", "Terminate", "Release", "Deregister", "Purge", "BatchDelete", "Destroy")

UPDATE = Effect.UPDATE

BY_HAND: dict[tuple[str, str], Effect] = {
    # part of something that stays
    ("ec2", "CreateTags"): UPDATE,
    ("ec2", "DeleteTags"): UPDATE,
    ("ec2", "CreateRoute"): UPDATE,
    ("ec2", "DeleteRoute"): UPDATE,
    ("ec2", "CreateNetworkAclEntry"): UPDATE,
    ("ec2", "DeleteNetworkAclEntry"): UPDATE,
    ("elbv2", "DeregisterTargets"): UPDATE,
    ("s3", "DeleteBucketTagging"): UPDATE,
    ("s3", "DeleteObjectTagging"): UPDATE,
    # made anew under another verb
    ("ec2", "RegisterImage"): Effect.CREATE,
    ("ec2", "CreateReplaceRootVolumeTask"): Effect.REPLACE,
    ("ec2", "CancelSpotFleetRequests"): Effect.DELETE,
    ("ec2", "MoveAddressToVpc"): UPDATE,
    ("ec2", "RestoreAddressToClassic"): UPDATE,
    # reads by another verb
    ("s3", "SelectObjectContent"): Effect.READ,
    ("dynamodb", "Query"): Effect.READ,
    ("dynamodb", "Scan"): Effect.READ,
    ("logs", "FilterLogEvents"): Effect.READ,
    # no reads, though named so
    ("ec2", "GetConsoleScreenshot"): UPDATE,  # wakes a sleeping screen
    ("cognito-identity", "GetId"): UPDATE,
    ("stepfunctions", "GetActivityTask"): UPDATE,
}

HANDS_OUT = re.compile(r"^Get\w*(Token|Credentials|Password|PresignedURL|AccessKeys)(For\w+)?$")
"""Reads by name that make a new credential and give it away."""

SECRETS = frozenset(
    {
        ("ec2", "CreateKeyPair"),
        ("ec2", "GetPasswordData"),
        ("iam", "CreateAccessKey"),
        ("kms", "Decrypt"),
        ("kms", "GenerateDataKey"),
        ("lightsail", "GetInstanceAccessDetails"),
        ("secretsmanager", "BatchGetSecretValue"),
        ("secretsmanager", "GetSecretValue"),
        ("ssm", "GetParameter"),
        ("ssm", "GetParameters"),
        ("ssm", "GetParametersByPath"),
        ("sts", "AssumeRole"),
    }
)


def effect_of(service: str, operation: str) -> Effect:
    """The effect of one call; UPDATE where nothing is known of it."""
    by_hand = BY_HAND.get((service, operation))
    if by_hand is not None:
        return by_hand
    if operation.startswith(READS):
        return Effect.READ if _plain_read(service, operation) else Effect.UPDATE
    if operation.startswith(DELETES):
        return Effect.DELETE
    return Effect.CREATE if operation.startswith(CREATES) else Effect.UPDATE


def reveals_secret(service: str, operation: str) -> bool:
    """Whether the answer holds a secret by design: never into a receipt, log or model."""
    return (service, operation) in SECRETS or HANDS_OUT.match(operation) is not None


def _plain_read(service: str, operation: str) -> bool:
    if HANDS_OUT.match(operation):
        return False
    try:
        model = service_model(service)
    except DataNotFoundError:
        return False
    if operation not in model.operation_names:
        return False
    return not model.operation_model(operation).idempotent_members
