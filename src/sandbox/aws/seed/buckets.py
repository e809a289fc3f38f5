"""Buckets, without what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from moto.s3.models import FakeBucket

from modalities.resource import Kind
from sandbox.aws.seed.account import Account


def buckets(account: Account) -> None:
    for bucket in account.world.of(Kind.BUCKET):
        a: Mapping[str, Any] = bucket.attributes
        made = FakeBucket(bucket.id, account.s3.account_id, str(a.get("region") or account.region))
        made.versioning_status = "Enabled" if a.get("versioning") else None
        with suppress(ValueError):
            made.creation_date = datetime.fromisoformat(str(a.get("created_at"))).astimezone(UTC)
        account.s3.buckets[bucket.id] = made
        if bucket.tags:
            account.s3.put_bucket_tagging(bucket.id, dict(bucket.tags))
