"""S3 buckets, as neutral resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modalities.aws.describe.found import Found, Raw, known, tags_of, time_of
from modalities.resource import Kind


def buckets(items: Iterable[Raw]) -> Iterator[Found]:
    """Each item with ``BucketRegion``, ``Versioning``, ``Tags``, and what of the last two is
    ``Hidden``: not for us to know."""
    for item in items:
        attributes = known(
            region=item["BucketRegion"],
            versioning=item["Versioning"],
            hidden=item["Hidden"] or None,
            created_at=time_of(item.get("CreationDate")),
        )
        name = item["Name"]
        yield Found(Kind.BUCKET, name, attributes, tags_of(item), own_name=name)
