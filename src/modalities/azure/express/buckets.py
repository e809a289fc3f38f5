"""Storage accounts: what Azure has for buckets."""

from __future__ import annotations

from modalities import wanted
from modalities.azure.express import names
from modalities.azure.express.board import Board
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource

KIND, REDUNDANCY = "StorageV2", "Standard_LRS"
CLOSED = {
    "minimumTlsVersion": "TLS1_2",
    "supportsHttpsTrafficOnly": True,
    "allowBlobPublicAccess": False,
}
"""Nobody reads it without leave, and nothing goes over the wire in the clear."""


def new_bucket(board: Board, want: wanted.Bucket) -> Resource:
    """Raises Unresolved where the name is taken, Unsupported where it is none, and for versions
    that are kept."""
    board.refuse_existing(Kind.BUCKET, want.name)
    names.check(Kind.BUCKET, want.name)
    if want.versioning:
        raise Unsupported("old versions of blobs are not kept by storage accounts made here yet")
    board.note(f"storage account {want.name}: {KIND}, {REDUNDANCY}")
    return board.create(
        Kind.BUCKET,
        want.name,
        {
            "location": board.region,
            "kind": KIND,
            "sku": {"name": REDUNDANCY},
            "properties": CLOSED,
        },
        f"make storage account {want.name}",
        tags=board.tags(want.tags),
        attributes={"type": KIND, "redundancy": REDUNDANCY, "region": board.region},
        checks={"type": KIND, "redundancy": REDUNDANCY},
    )
