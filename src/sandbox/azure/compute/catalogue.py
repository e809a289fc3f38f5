"""Images of the marketplace: publishers, offers, SKUs, versions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.azure.contract import Call, Done, Route
from sandbox.azure.refusal import Refused


@dataclass(frozen=True, slots=True)
class MarketImage:
    """``versions`` are oldest first; ``gib`` is the least size of its disk."""

    publisher: str
    offer: str
    sku: str
    versions: tuple[str, ...]
    system: str
    generation: str
    gib: int


@cache
def images() -> tuple[MarketImage, ...]:
    path = Path(__file__).with_name("images.json")
    rows = json.loads(path.read_text(encoding="utf-8"))["images"]
    return tuple(_image(*row) for row in rows)


def _image(publisher: str, offer: str, sku: str, versions: list[str], *rest: Any) -> MarketImage:
    return MarketImage(publisher, offer, sku, tuple(versions), *rest)


@cache
def aliases() -> dict[str, Any]:
    """The short names that ``az vm create --image`` knows, as az reads them from a cloud."""
    text = Path(__file__).with_name("images.json").read_text(encoding="utf-8")
    named: dict[str, dict[str, Any]] = {}
    for alias, place in json.loads(text)["aliases"].items():
        publisher, offer, sku = place
        image = next(
            i for i in images() if (i.publisher, i.offer, i.sku) == (publisher, offer, sku)
        )
        told = {"publisher": publisher, "offer": offer, "sku": sku, "version": "latest"}
        named.setdefault(image.system, {})[alias] = {**told, "architecture": "x64"}
    return {"outputs": {"aliases": {"type": "object", "value": named}}}


def find(publisher: str, offer: str, sku: str, version: str) -> tuple[MarketImage, str] | None:
    """The image and its exact version; ``latest`` is the newest."""
    for image in images():
        here = (image.publisher, image.offer, image.sku)
        if _same(here, (publisher, offer, sku)):
            exact = image.versions[-1] if version.casefold() == "latest" else version
            return (image, exact) if exact in image.versions else None
    return None


def not_found(publisher: str, offer: str, sku: str, version: str) -> Refused:
    return Refused(
        404,
        "PlatformImageNotFound",
        f"The platform image '{publisher}:{offer}:{sku}:{version}' is not available. Verify that "
        "all fields in the storage profile are correct. For more details about storage profile "
        "information, please refer to https://aka.ms/storageprofile",
        target="imageReference",
    )


def _same(one: Iterable[str], other: Iterable[str]) -> bool:
    return [text.casefold() for text in one] == [text.casefold() for text in other]


def _chosen(call: Call) -> list[MarketImage]:
    """Those that the path speaks of. Raises Refused where there is none."""
    path = call.path
    found = [
        image
        for image in images()
        if _fits(image.publisher, path.get("publisherName"))
        and _fits(image.offer, path.get("offer"))
        and _fits(image.sku, path.get("skus"))
    ]
    if not found:
        raise Refused(404, "NotFound", "Artifact: VMImage was not found.")
    return found


def _fits(value: str, wanted: str | None) -> bool:
    return wanted is None or value.casefold() == wanted.casefold()


def _rows(call: Call, names: Iterable[str]) -> list[dict[str, Any]]:
    location = call.path["location"]
    unique = dict.fromkeys(names)
    return [{"location": location, "name": name, "id": f"{call.url}/{name}"} for name in unique]


def publishers(call: Call) -> Done:
    return Done(_rows(call, (image.publisher for image in images())))


def offers(call: Call) -> Done:
    return Done(_rows(call, (image.offer for image in _chosen(call))))


def skus(call: Call) -> Done:
    return Done(_rows(call, (image.sku for image in _chosen(call))))


def versions(call: Call) -> Done:
    """``$orderby=name desc``, ``$top`` and ``$expand=properties`` as az asks for them."""
    query = {name.casefold(): value for name, value in call.query.items()}
    (image, *_) = _chosen(call)
    names = list(image.versions)
    if query.get("$orderby", "").casefold().endswith(" desc"):
        names.reverse()
    top = query.get("$top", "")
    rows = _rows(call, names[: int(top)] if top.isdecimal() else names)
    if query.get("$expand"):
        rows = [{**row, "properties": _properties(image)} for row in rows]
    return Done(rows)


def version(call: Call) -> Done:
    path = call.path
    wanted = (path["publisherName"], path["offer"], path["skus"], path["version"])
    found = find(*wanted)
    if found is None:
        raise not_found(*wanted)
    image, exact = found
    (row,) = _rows(call, (exact,))
    return Done({**row, "id": call.url, "properties": _properties(image)})


def _properties(image: MarketImage) -> dict[str, Any]:
    return {
        "hyperVGeneration": image.generation,
        "architecture": "x64",
        "osDiskImage": {"operatingSystem": image.system, "sizeInGb": image.gib},
        "dataDiskImages": [],
        "automaticOSUpgradeProperties": {"automaticOSUpgradeSupported": True},
        "imageDeprecationStatus": {"imageState": "Active"},
        "features": [{"name": "SecurityType", "value": "TrustedLaunchSupported"}],
    }


PLACE = "/subscriptions/{subscriptionId}/providers/Microsoft.Compute/locations/{location}"
OFFERS = f"{PLACE}/publishers/{{publisherName}}/artifacttypes/vmimage/offers"
VERSIONS = f"{OFFERS}/{{offer}}/skus/{{skus}}/versions"
ROUTES = (
    Route("GET", f"{PLACE}/publishers", publishers),
    Route("GET", OFFERS, offers),
    Route("GET", f"{OFFERS}/{{offer}}/skus", skus),
    Route("GET", VERSIONS, versions),
    Route("GET", f"{VERSIONS}/{{version}}", version),
)
