"""Buckets, and what else is said of them."""

from __future__ import annotations

from collections.abc import Mapping

from modalities.aws.express.calls import pairs, s3
from modalities.aws.terraform.asked.asking import (
    Asked,
    Calls,
    Values,
    first,
    known,
    tag_changes,
    tags_of,
)


def _created(after: Values) -> Calls:
    me = known(Bucket=after.get("bucket") or after.get("bucket_prefix"))
    tags = tags_of(after)
    tagged = [s3("PutBucketTagging", **me, Tagging={"TagSet": pairs(tags)})] if tags else []
    return (s3("CreateBucket", **me), *tagged)


def _changed(before: Values, after: Values) -> Calls:
    put, gone = tag_changes(before, after)
    me = known(Bucket=before.get("id"))
    tags = pairs(tags_of(after))
    if not put and not gone:
        return (s3("PutBucketConfiguration", **me),)
    if not tags:
        return (s3("DeleteBucketTagging", **me),)
    return (s3("PutBucketTagging", **me, Tagging={"TagSet": tags}),)


def _deleted(before: Values) -> Calls:
    """With ``force_destroy`` what is in it goes first."""
    me = known(Bucket=before.get("id"))
    emptied = [s3("DeleteObjects", **me)] if before.get("force_destroy") else []
    return (*emptied, s3("DeleteBucket", **me))


def _versioned(values: Values) -> Calls:
    state = first(values.get("versioning_configuration")).get("status", "Suspended")
    me = known(Bucket=values.get("bucket"))
    return (s3("PutBucketVersioning", **me, VersioningConfiguration={"Status": state}),)


TYPES: Mapping[str, Asked] = {
    "aws_s3_bucket": Asked(_created, _changed, _deleted, ("force_destroy",)),
    "aws_s3_bucket_versioning": Asked(
        _versioned,
        lambda before, after: _versioned({**before, **after}),
        lambda before: _versioned({"bucket": before.get("bucket")}),
        ("bucket",),
        relation=True,
    ),
}
