"""A small plan, for tests that need one and do not care which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from modalities.action import SdkCall
from modalities.codec import sealed
from modalities.plan import Plan
from modalities.resource import Kind, Provider, ResourceRef
from modalities.step import Effect, Step
from modalities.target import Identity

IDENTITY = Identity(Provider.AWS, "111122223333", "us-east-1", "arn:aws:iam::111122223333:user/t")


def plan(*, request: str = "Create a bucket named logs-7f3a", target: str = "sandbox") -> Plan:
    """Creates one bucket; sealed."""
    now = datetime.now(UTC)
    ref = ResourceRef(Provider.AWS, IDENTITY.scope, Kind.BUCKET, "logs-7f3a")
    step = Step(
        id="create-bucket-logs-7f3a",
        effect=Effect.CREATE,
        action=SdkCall("s3", "CreateBucket", {"Bucket": "logs-7f3a"}),
        why="create bucket logs-7f3a",
        changes=(ref,),
    )
    return sealed(
        Plan(
            id="p-1",
            created_at=now,
            expires_at=now + timedelta(hours=1),
            request=request,
            goal="provision",
            target=target,
            identity=IDENTITY,
            steps=(step,),
        )
    )
