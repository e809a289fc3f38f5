"""Microsoft.Resources: subscriptions, providers, groups, tags, and lists of everything."""

from __future__ import annotations

from sandbox.azure.contract import Family
from sandbox.azure.resources import everything, groups, providers, subscriptions, tags

RESOURCES = Family(
    "Microsoft.Resources",
    types=(groups.GROUP, tags.TAGS),
    routes=(
        *subscriptions.ROUTES,
        *providers.ROUTES,
        *groups.ROUTES,
        *everything.ROUTES,
        *tags.ROUTES,
    ),
    gates=(providers.registered,),
)
