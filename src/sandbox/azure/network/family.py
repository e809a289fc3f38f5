"""Microsoft.Network."""

from __future__ import annotations

from sandbox.azure.contract import Family
from sandbox.azure.network import virtual_networks

NETWORK = Family(
    "Microsoft.Network",
    types=(*virtual_networks.TYPES,),
    routes=(),
)
