"""Who everybody is in the sandbox."""

SUBSCRIPTION = "5a4db0c5-0000-4000-8000-c10dd0950001"
TENANT = "5a4db0c5-0000-4000-8000-c10dd0950002"
CLIENT = "5a4db0c5-0000-4000-8000-c10dd0950003"
"""The sandbox's own subscription, tenant and service principal."""

GROUP = "cloudops"
"""The resource group that the sandbox's own target is; whoever first makes something makes it."""

SECRET = "sandbox"  # noqa: S105 - any other does as well
CLOUD = "CloudopsSandbox"
"""What the custom cloud is called in the configuration of `az`."""
