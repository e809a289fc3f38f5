"""Regions by the vendors' own names, and the places people call them by."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modalities.resource import Provider

PLACES: Mapping[str, tuple[str, str]] = {
    "ireland | dublin | eu west": ("eu-west-1", "northeurope"),
    "london | uk | united kingdom | england | britain": ("eu-west-2", "uksouth"),
    "paris | france": ("eu-west-3", "francecentral"),
    "frankfurt | germany": ("eu-central-1", "germanywestcentral"),
    "zurich | zürich | switzerland": ("eu-central-2", "switzerlandnorth"),
    "stockholm | sweden": ("eu-north-1", "swedencentral"),
    "milan | italy": ("eu-south-1", "italynorth"),
    "spain | madrid": ("eu-south-2", "spaincentral"),
    "netherlands | amsterdam": ("", "westeurope"),
    "norway | oslo": ("", "norwayeast"),
    "poland | warsaw": ("", "polandcentral"),
    "virginia | north virginia | northern virginia | n. virginia | n virginia | us east": (
        "us-east-1",
        "eastus",
    ),
    "ohio": ("us-east-2", ""),
    "california | northern california | north california | n. california": (
        "us-west-1",
        "westus",
    ),
    "oregon | us west": ("us-west-2", "westus2"),
    "iowa": ("", "centralus"),
    "texas": ("", "southcentralus"),
    "canada | montreal | canada central": ("ca-central-1", "canadacentral"),
    "calgary": ("ca-west-1", ""),
    "sao paulo | são paulo | brazil": ("sa-east-1", "brazilsouth"),
    "mumbai | india": ("ap-south-1", "centralindia"),
    "hyderabad": ("ap-south-2", "southindia"),
    "singapore": ("ap-southeast-1", "southeastasia"),
    "sydney | australia": ("ap-southeast-2", "australiaeast"),
    "jakarta": ("ap-southeast-3", "indonesiacentral"),
    "melbourne": ("ap-southeast-4", "australiasoutheast"),
    "tokyo | japan": ("ap-northeast-1", "japaneast"),
    "osaka": ("ap-northeast-3", "japanwest"),
    "seoul | korea | south korea": ("ap-northeast-2", "koreacentral"),
    "hong kong": ("ap-east-1", "eastasia"),
    "bahrain": ("me-south-1", ""),
    "uae | dubai": ("me-central-1", "uaenorth"),
    "tel aviv | israel": ("il-central-1", "israelcentral"),
    "cape town | south africa | johannesburg": ("af-south-1", "southafricanorth"),
}
"""Place to region: AWS, Azure; empty where the vendor has none there."""

_AZURE_NAMES = """
    east us, east us 2, central us, north central us, south central us, west central us,
    west us, west us 2, west us 3, canada central, canada east, brazil south,
    north europe, west europe, uk south, uk west, france central, france south,
    germany west central, germany north, switzerland north, switzerland west,
    norway east, norway west, sweden central, poland central, italy north, spain central,
    east asia, southeast asia, australia east, australia southeast, australia central,
    japan east, japan west, korea central, korea south, central india, south india, west india,
    uae north, uae central, south africa north, south africa west, qatar central,
    israel central, mexico central, new zealand north, indonesia central, malaysia west,
    chile central
"""

AZURE_REGIONS: Mapping[str, str] = {
    name.replace(" ", ""): name for name in map(str.strip, _AZURE_NAMES.split(","))
}
"""Azure's region names, and as its portal writes them."""

AWS_REGION = re.compile(
    r"(?:us|eu|ap|ca|sa|me|af|il|mx|cn|us-gov|us-iso|us-isob|eu-isoe|eusc-de)-"
    r"(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]"
)


def region_for(places: tuple[str, str], provider: Provider) -> str:
    """The vendor's region at a place; empty where there is none."""
    return places[0] if provider is Provider.AWS else places[1]


def provider_of(region: str) -> Provider | None:
    """Whose name ``region`` is, or None."""
    if AWS_REGION.fullmatch(region):
        return Provider.AWS
    return Provider.AZURE if region in AZURE_REGIONS else None
