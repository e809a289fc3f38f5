"""The vCPU quota of the console's settings, beside ARM's own quotas."""

from __future__ import annotations

from modalities.receipt import CloudError, Trouble
from sandbox.console.azure.cloud import Cloud


def require_cores(cloud: Cloud, location: str, size: str) -> None:
    """Raises CloudError where the region would have more vCPUs than ``quotas["vcpus"]``."""
    limit = cloud.settings.quotas.get("vcpus")
    if limit is None or not cloud.settings.hazards.quotas:
        return
    places = f"/providers/Microsoft.Compute/locations/{location}"
    sizes = {str(e["name"]): int(e["numberOfCores"]) for e in cloud.all(f"{places}/vmSizes")}
    usages = {
        str(e["name"]["value"]): int(e["currentValue"]) for e in cloud.all(f"{places}/usages")
    }
    used, more = usages.get("cores", 0), sizes.get(size, 0)
    if used + more > limit:
        raise CloudError(
            Trouble.QUOTA,
            "QuotaExceeded",
            "Operation could not be completed as it results in exceeding approved Total Regional "
            f"Cores quota. Location: {location}, Current Limit: {limit}, Current Usage: {used}, "
            f"Additional Required: {more}, (Minimum) New Limit Required: {used + more}.",
        )
