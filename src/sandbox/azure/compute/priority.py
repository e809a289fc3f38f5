"""Regular and Spot machines: what may be asked for, and that it cannot be changed.

The rules and their words: learn.microsoft.com/azure/virtual-machines/error-codes-spot; that the
priority of a machine is settled when it is made: azure-libraries-for-java#903, farmer#968.
"""

from __future__ import annotations

from sandbox.azure.compute.sizes import Size
from sandbox.azure.contract import Change
from sandbox.azure.documents import Document, at
from sandbox.azure.refusal import Refused, bad_request, conflict

MORE = "For more information, see http://aka.ms/AzureSpot/errormessages."
SPOT = frozenset({"Spot", "Low"})


def is_spot(properties: Document) -> bool:
    return properties.get("priority") in SPOT


def check(change: Change, properties: Document, size: Size) -> None:
    """Raises Refused."""
    priority = properties.get("priority")
    if priority not in (None, "Regular", *SPOT):
        raise bad_request(
            "InvalidParameter",
            f"The value '{priority}' of parameter 'priority' is not allowed. Allowed values are: "
            "Regular,Low,Spot.",
            "priority",
        )
    if change.before is not None:
        _check_change(change, change.before.properties)
    if not is_spot(properties):
        _check_regular(properties)
        return
    if not size.spot:
        raise bad_request(
            "AzureSpotIsNotSupportedForThisVMSize",
            f"Azure Spot is not supported for VM size {size.name}. {MORE}",
        )
    if at(properties, "availabilitySet.id"):
        raise bad_request(
            "AzureSpotVMNotSupportedInAvailabilitySet",
            f"Azure Spot Virtual Machine is not supported in Availability Set. {MORE}",
        )
    _check_price(at(properties, "billingProfile.maxPrice", -1))


def _check_regular(properties: Document) -> None:
    if properties.get("evictionPolicy") is not None:
        raise bad_request(
            "EvictionPolicyCanBeSetOnlyOnAzureSpotVirtualMachines",
            f"Eviction policy can be set only on Azure Spot Virtual Machines. {MORE}",
        )
    if at(properties, "billingProfile.maxPrice") is not None:
        raise bad_request(
            "MaxPriceIsSupportedOnlyForAzureSpotVirtualMachines",
            f"Max price is supported only for Azure Spot Virtual Machines. {MORE}",
        )


def _check_price(price: object) -> None:
    if not isinstance(price, int | float) or not (price == -1 or price > 0):
        raise bad_request(
            "MaxPriceValueInvalid",
            "Invalid max price value. The only supported values for max price are -1 or a decimal "
            f"greater than zero. {MORE}",
        )


def _check_change(change: Change, before: Document) -> None:
    wanted, had = change.properties.get("priority"), before.get("priority")
    if wanted is not None and wanted != had and {wanted, had} != SPOT:
        raise _not_applied(change, str(wanted), had)
    price, paid = (at(one, "billingProfile.maxPrice") for one in (change.properties, before))
    allocated = change.before is not None and change.before.inner.get("power") != "deallocated"
    if price is not None and price != paid and allocated:
        raise conflict(
            "MaxPriceChangeNotAllowedForAllocatedVMs",
            f"Max price change is not allowed when the VM '{change.id.name}' is currently "
            f"allocated. {MORE}",
        )


def _not_applied(change: Change, wanted: str, had: object) -> Refused:
    if had is None:
        return bad_request(
            "BadRequest",
            f"The specified priority value '{wanted}' cannot be applied to the Virtual Machine "
            f"'{change.id.name}' since no priority was specified when the Virtual Machine was "
            f"created. {MORE}",
        )
    return conflict("PropertyChangeNotAllowed", "Changing property 'priority' is not allowed.")
