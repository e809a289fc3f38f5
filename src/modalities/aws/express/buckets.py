"""S3 buckets. Their tags take a call of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities import wanted
from modalities.aws.express.board import Board
from modalities.aws.express.calls import pairs, s3
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Probe, Reversal, Step

HOME_OF_NONE = "us-east-1"
"""The one region that CreateBucket must not name (S3 API reference, CreateBucket)."""

SETTLED_WITHIN = 60.0
"""Seconds."""


def new_bucket(board: Board, want: wanted.Bucket) -> Resource:
    """Raises Unresolved where the name is taken."""
    board.refuse_existing(Kind.BUCKET, want.name)
    place: dict[str, Any] = {}
    if board.region != HOME_OF_NONE:
        place = {"CreateBucketConfiguration": {"LocationConstraint": board.region}}
    bucket = board.create(
        Kind.BUCKET,
        want.name,
        s3("CreateBucket", Bucket=want.name, **place),
        f"'{want.name}'",
        lambda _: s3("DeleteBucket", Bucket=want.name),
        f"make bucket {want.name}",
        tags={},
        attributes={"region": board.region, "versioning": False},
        shown={"region": board.region},
        probe=Probe(Kind.BUCKET, {"name": want.name}),
    )
    set_tags(board, bucket, board.tags(want.name, want.tags))
    if want.versioning:
        _keep_versions(board, bucket)
    return bucket


def set_tags(board: Board, bucket: Resource, tags: Mapping[str, str]) -> None:
    """Give the bucket exactly these tags: S3 knows no adding to them."""
    before = dict(bucket.tags)
    me = board.value(bucket.id)
    gone = [key for key in before if key not in tags]
    back = (
        s3("PutBucketTagging", Bucket=bucket.name, Tagging={"TagSet": pairs(before)})
        if before
        else s3("DeleteBucketTagging", Bucket=bucket.name)
    )
    board.add(
        Step(
            id=board.name_step("tag", Kind.BUCKET, bucket.name),
            effect=Effect.UPDATE,
            action=s3("PutBucketTagging", Bucket=bucket.name, Tagging={"TagSet": pairs(tags)})
            if tags
            else s3("DeleteBucketTagging", Bucket=bucket.name),
            why=f"set the tags of bucket {bucket.name}",
            changes=board.refs(bucket),
            needs=board.changed_by(bucket),
            expects=(
                *(Expect(Kind.BUCKET, me, "is", f"tag:{k}", v) for k, v in tags.items()),
                *(Expect(Kind.BUCKET, me, "is", f"tag:{key}", None) for key in gone),
            ),
            undo=()
            if board.made_here(bucket)
            else (
                Reversal(
                    back,
                    Effect.UPDATE,
                    f"put the tags of bucket {bucket.name} back",
                    tuple(
                        Expect(Kind.BUCKET, me, "is", f"tag:{k}", before.get(k), SETTLED_WITHIN)
                        for k in dict.fromkeys((*before, *tags))
                    ),
                ),
            ),
            before={"tags": {**before}},
            after={"tags": {**tags}},
        )
    )


def _keep_versions(board: Board, bucket: Resource) -> None:
    def call(status: str) -> Any:
        return s3(
            "PutBucketVersioning", Bucket=bucket.name, VersioningConfiguration={"Status": status}
        )

    def expects(kept: bool, within: float = 0.0) -> tuple[Expect, ...]:
        me = board.value(bucket.id)
        return (Expect(Kind.BUCKET, me, "is", "versioning", kept, within),)

    board.add(
        Step(
            id=board.name_step("keep versions in", bucket.name),
            effect=Effect.UPDATE,
            action=call("Enabled"),
            why=f"keep old versions of what is in bucket {bucket.name}",
            changes=board.refs(bucket),
            needs=board.changed_by(bucket),
            expects=expects(True),
            undo=(
                Reversal(
                    call("Suspended"),
                    Effect.UPDATE,
                    "keep no new versions",
                    expects(False, SETTLED_WITHIN),
                ),
            ),
            before={"versioning": False},
            after={"versioning": True},
        )
    )
