"""The Azure retail prices API: JSON pages, linked one to the next.

https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
It does not say how large a size is, so it refreshes the sizes that the shipped table knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from modalities.prices.download import DownloadFailed, Fetch, UnknownFormat
from modalities.prices.table import Size

BASE = "https://prices.azure.com"
FILTER = (
    "serviceName eq 'Virtual Machines' and armRegionName eq '{region}' "
    "and priceType eq 'Consumption'"
)
MOST_PAGES = 300
NOT_ORDINARY = ("Spot", "Low Priority")
NOT_LINUX = ("Windows", "Cloud Services", "CloudServices")


def table(fetch: Fetch, base: str, region: str, known: Mapping[str, Size]) -> dict[str, Any]:
    """The hourly prices of the ``known`` sizes in one region. Raises UnknownFormat,
    DownloadFailed."""
    sizes: dict[str, Any] = {}
    for item in _items(fetch, base, region):
        size = known.get(str(item.get("armSkuName", "")).casefold())
        if size is not None and _ordinary_linux(item):
            sizes[size.name] = {
                "vcpus": size.vcpus,
                "memory_gib": size.memory_gib,
                "architecture": size.architecture,
                "burstable": size.burstable,
                "hourly": {region: float(item["retailPrice"])},
            }
    if not sizes:
        raise UnknownFormat(f"the Azure price list for {region} has none of the known sizes")
    return {"sizes": sizes, "disks": {}, "items": {}}


def _items(fetch: Fetch, base: str, region: str) -> Iterator[Mapping[str, Any]]:
    url = f"{base}/api/retail/prices?$filter={quote(FILTER.format(region=region))}"
    for _ in range(MOST_PAGES):
        try:
            page = json.loads(b"".join(fetch(url)))
            yield from page["Items"]
            following = page.get("NextPageLink")
        except (ValueError, KeyError, TypeError) as error:
            raise UnknownFormat(f"the Azure price list is not as expected: {error!r}") from None
        if not following:
            return
        if not str(following).startswith(f"{base}/"):
            raise DownloadFailed(f"the price list leads away from {base}")
        url = str(following)
    raise UnknownFormat("the Azure price list does not end")


def _ordinary_linux(item: Mapping[str, Any]) -> bool:
    sku, product = str(item.get("skuName")), str(item.get("productName"))
    price = item.get("retailPrice")
    return (
        item.get("currencyCode") == "USD"
        and item.get("unitOfMeasure") == "1 Hour"
        and item.get("type", "Consumption") == "Consumption"
        and isinstance(price, (int, float))
        and price > 0
        and not any(word in sku for word in NOT_ORDINARY)
        and not any(word in product for word in NOT_LINUX)
    )
