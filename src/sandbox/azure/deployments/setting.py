"""What the functions of a template know of the sandbox's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.azure.ids import group_id
from sandbox.azure.locations import LOCATIONS
from sandbox.azure.names import CLIENT, TENANT
from sandbox.azure.refusal import group_not_found, subscription_not_found
from sandbox.azure.templates.place import Level, Place, management_group_id
from sandbox.azure.templates.scope import Setting

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

ZONES = {one.name: ("1", "2", "3") for one in LOCATIONS if one.zones}

ENVIRONMENT: dict[str, Any] = {
    "name": "AzureCloud",
    "gallery": "https://gallery.azure.com/",
    "graph": "https://graph.windows.net/",
    "portal": "https://portal.azure.com",
    "graphAudience": "https://graph.windows.net/",
    "activeDirectoryDataLake": "https://datalake.azure.net/",
    "batch": "https://batch.core.windows.net/",
    "media": "https://rest.media.azure.net",
    "sqlManagement": "https://management.core.windows.net:8443/",
    "vmImageAliasDoc": "",
    "resourceManager": "https://management.azure.com/",
    "authentication": {
        "loginEndpoint": "https://login.microsoftonline.com/",
        "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
        "tenant": "common",
        "identityProvider": "AAD",
    },
    "suffixes": {
        "acrLoginServer": ".azurecr.io",
        "azureDatalakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
        "azureDatalakeStoreFileSystem": "azuredatalakestore.net",
        "azureFrontDoorEndpointSuffix": "azurefd.net",
        "keyvaultDns": ".vault.azure.net",
        "sqlServerHostname": ".database.windows.net",
        "storage": "core.windows.net",
    },
}
"""Global Azure's, by the reference's example: templates are written for it."""


def setting(cloud: EmulatedCloud, place: Place, deployment: dict[str, Any]) -> Setting:
    """Raises Refused where the subscription or the group is not there."""
    return Setting(
        place,
        deployment=deployment,
        subscription=_subscription(cloud, place),
        resource_group=_group(cloud, place),
        management_group=_management_group(place),
        tenant={"countryCode": "US", "displayName": "sandbox", "tenantId": TENANT},
        environment=ENVIRONMENT,
        deployer={"objectId": CLIENT, "tenantId": TENANT},
        zones=ZONES,
        now=cloud.now(),
    )


def _subscription(cloud: EmulatedCloud, place: Place) -> dict[str, Any]:
    if not place.subscription:
        return {}
    if place.subscription.casefold() not in cloud.subscriptions:
        raise subscription_not_found(place.subscription)
    return {
        "id": f"/subscriptions/{place.subscription}",
        "subscriptionId": place.subscription,
        "tenantId": TENANT,
        "displayName": "sandbox",
    }


def _group(cloud: EmulatedCloud, place: Place) -> dict[str, Any]:
    if place.level is not Level.GROUP:
        return {}
    entry = cloud.get(group_id(place.subscription, place.group))
    if entry is None:
        raise group_not_found(place.group)
    return {"tags": {}, **cloud.shown(entry)}


def _management_group(place: Place) -> dict[str, Any]:
    name = place.management_group
    return {"id": management_group_id(name), "name": name} if name else {}
