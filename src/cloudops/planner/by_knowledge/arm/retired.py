"""What Azure has given up, or is about to: none of it is proposed. Data, each with what to take
instead, by Microsoft's own announcements (azure.microsoft.com/updates)."""

from __future__ import annotations

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "Microsoft.Compute/cloudServices": "they (extended support) retire on 31 March 2027",
    "Microsoft.Authorization/classicAdministrators": "they retired in August 2024",
    "Microsoft.Insights/logprofiles": "they retire in September 2026: use diagnostic settings",
    "Microsoft.Insights/alertrules": "classic alerts are retired: use metric alerts",
    "Microsoft.Network/virtualRouters": "they never left preview: use Azure Route Server",
}

VALUES: Mapping[tuple[str, str, str], str] = {
    ("Microsoft.Network/publicIPAddresses", "sku.name", "Basic"): (
        "basic public addresses retired in September 2025: take Standard"
    ),
    ("Microsoft.Network/loadBalancers", "sku.name", "Basic"): (
        "basic load balancers retired in September 2025: take Standard"
    ),
    ("Microsoft.Storage/storageAccounts", "kind", "Storage"): (
        "general-purpose v1 accounts retire in October 2026: take StorageV2"
    ),
    ("Microsoft.Storage/storageAccounts", "kind", "BlobStorage"): (
        "legacy blob storage accounts retire in October 2026: take StorageV2"
    ),
    ("Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "TLS1_0"): (
        "storage takes no TLS before 1.2 since February 2026: take TLS1_2"
    ),
    ("Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "TLS1_1"): (
        "storage takes no TLS before 1.2 since February 2026: take TLS1_2"
    ),
}
"""By type, member and value."""
