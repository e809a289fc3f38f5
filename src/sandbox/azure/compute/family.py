"""Microsoft.Compute."""

from __future__ import annotations

from sandbox.azure.compute import (
    availability_sets,
    catalogue,
    disks,
    extensions,
    images,
    machines,
    sizes,
    ssh_keys,
)
from sandbox.azure.contract import Family

COMPUTE = Family(
    "Microsoft.Compute",
    types=(
        *machines.TYPES,
        *extensions.TYPES,
        *disks.TYPES,
        *images.TYPES,
        *availability_sets.TYPES,
        *ssh_keys.TYPES,
    ),
    routes=(*sizes.ROUTES, *catalogue.ROUTES),
)
