"""Microsoft.Network."""

from __future__ import annotations

from sandbox.azure.contract import Family
from sandbox.azure.network import (
    balancers,
    gateways,
    interfaces,
    peerings,
    public_addresses,
    security_groups,
    virtual_networks,
)

NETWORK = Family(
    "Microsoft.Network",
    types=(
        *virtual_networks.TYPES,
        *peerings.TYPES,
        *gateways.TYPES,
        *security_groups.TYPES,
        *public_addresses.TYPES,
        *interfaces.TYPES,
        *balancers.TYPES,
    ),
    routes=public_addresses.ROUTES,
)
