"""Where resources can be."""

from __future__ import annotations

from typing import NamedTuple

from sandbox.azure.contract import Change, ResourceType
from sandbox.azure.refusal import bad_request, conflict


class Location(NamedTuple):
    name: str
    display: str
    geography: str
    paired: str
    zones: bool


LOCATIONS = (
    Location("eastus", "East US", "US", "westus", True),
    Location("eastus2", "East US 2", "US", "centralus", True),
    Location("southcentralus", "South Central US", "US", "northcentralus", True),
    Location("westus2", "West US 2", "US", "westcentralus", True),
    Location("westus3", "West US 3", "US", "eastus", True),
    Location("centralus", "Central US", "US", "eastus2", True),
    Location("westus", "West US", "US", "eastus", False),
    Location("northcentralus", "North Central US", "US", "southcentralus", False),
    Location("westcentralus", "West Central US", "US", "westus2", False),
    Location("canadacentral", "Canada Central", "Canada", "canadaeast", True),
    Location("brazilsouth", "Brazil South", "South America", "southcentralus", True),
    Location("northeurope", "North Europe", "Europe", "westeurope", True),
    Location("westeurope", "West Europe", "Europe", "northeurope", True),
    Location("uksouth", "UK South", "Europe", "ukwest", True),
    Location("ukwest", "UK West", "Europe", "uksouth", False),
    Location("francecentral", "France Central", "Europe", "francesouth", True),
    Location("germanywestcentral", "Germany West Central", "Europe", "germanynorth", True),
    Location("swedencentral", "Sweden Central", "Europe", "swedensouth", True),
    Location("switzerlandnorth", "Switzerland North", "Europe", "switzerlandwest", True),
    Location("norwayeast", "Norway East", "Europe", "norwaywest", True),
    Location("japaneast", "Japan East", "Asia Pacific", "japanwest", True),
    Location("koreacentral", "Korea Central", "Asia Pacific", "koreasouth", True),
    Location("southeastasia", "Southeast Asia", "Asia Pacific", "eastasia", True),
    Location("eastasia", "East Asia", "Asia Pacific", "southeastasia", True),
    Location("australiaeast", "Australia East", "Asia Pacific", "australiasoutheast", True),
    Location("centralindia", "Central India", "Asia Pacific", "southindia", True),
    Location("southafricanorth", "South Africa North", "Africa", "southafricawest", True),
    Location("uaenorth", "UAE North", "Middle East", "uaecentral", True),
)
NAMES = frozenset(location.name for location in LOCATIONS)


def check_location(type: ResourceType, change: Change, wanted: str) -> None:
    """Raises Refused where ``wanted`` is none, or not where the resource is already."""
    if not wanted:
        raise bad_request(
            "LocationRequired", "The location property is required for this definition."
        )
    if wanted not in NAMES and wanted != "global":
        raise bad_request(
            "LocationNotAvailableForResourceType",
            f"The provided location '{wanted}' is not available for resource type "
            f"'{type.name}'. List of available regions for the resource type is "
            f"'{','.join(location.name for location in LOCATIONS)}'.",
        )
    before = change.before
    if before is not None and before.location and before.location != wanted:
        if change.id.is_group:
            raise conflict(
                "InvalidResourceGroupLocation",
                f"Invalid resource group location '{wanted}'. The Resource group already exists "
                f"in location '{before.location}'.",
            )
        raise conflict(
            "InvalidResourceLocation",
            f"The resource '{change.id.name}' already exists in location '{before.location}' in "
            f"resource group '{change.id.group}'. A resource with the same name cannot be created "
            f"in location '{wanted}'. Please select a new resource name.",
        )
