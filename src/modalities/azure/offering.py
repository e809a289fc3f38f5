"""What a location offers: asked, not known by heart."""

from __future__ import annotations

from modalities.azure.asking import Wire
from modalities.azure.images import Offered
from modalities.receipt import CloudError, Trouble
from modalities.target import Target


def offered(target: Target) -> Offered:
    """Whether the target's location has an image (modalities.azure.images)."""

    def ask(publisher: str, offer: str, sku: str) -> bool:
        where = {"location": target.region, "publisherName": publisher, "offer": offer}
        try:
            found = Wire(target).one(
                "compute", "virtual_machine_images.list", **where, skus=sku, **{"$top": 1}
            )
        except CloudError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return False
            raise
        return bool(found.get("value"))

    return ask
