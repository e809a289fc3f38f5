"""NAT gateways as AWS has them: with an interface of their own, which goes with them."""

from __future__ import annotations

from typing import Any

from sandbox.aws.overlay.around import Inner


def create_nat_gateway(create: Inner, backend: Any, *args: Any, **more: Any) -> Any:
    gateway = create(backend, *args, **more)
    nic = gateway._eni
    nic.description = f"Interface for NAT Gateway {gateway.id}"
    nic.interface_type, nic.requester_managed, nic.status = "nat_gateway", True, "in-use"
    return gateway


def delete_nat_gateway(delete: Inner, backend: Any, gateway_id: str) -> Any:
    """moto leaves the interface, with its address, in the subnet: neither could be deleted."""
    gateway = delete(backend, gateway_id)
    nic = backend.enis.get(gateway._eni.id)
    if nic is not None:
        for address in [a for a in backend.addresses if a.eni is nic and a.association_id]:
            backend.disassociate_address(association_id=address.association_id)
        backend.delete_network_interface(nic.id)
    return gateway
