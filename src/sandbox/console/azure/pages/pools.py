"""Who is in the backend pools of load balancers: IP configurations of interfaces."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.fleet import configurations
from sandbox.console.azure.kinds import INTERFACE
from sandbox.console.azure.visit import NOTHING, Visit, at, parent_of, short
from sandbox.console.form import Field, Option, Shape

POOLS = "loadBalancerBackendAddressPools"
"""What ARM calls the pools that an IP configuration is in."""


def members_field(visit: Visit, pool: str = "") -> Field:
    """Every IP configuration; those in ``pool`` are chosen."""
    nics = visit.cloud.all(INTERFACE.listing)
    found = [(nic, config) for nic in nics for config in configurations(nic)]
    return Field(
        name="members",
        label="IP configurations",
        shape=Shape.MANY,
        options=tuple(Option(str(c["id"]), *_words(nic, c)) for nic, c in found),
        values=tuple(str(c["id"]) for _, c in found if pool and pool.casefold() in pools_of(c)),
    )


def _words(nic: Raw, config: Raw) -> tuple[str, str]:
    machine = str(at(nic, "properties.virtualMachine.id", ""))
    address = str(at(config, "properties.privateIPAddress", NOTHING))
    return f"{nic['name']}/{config['name']} ({address})", short(machine) if machine else ""


def pools_of(config: Raw) -> set[str]:
    """The ids of the pools that it is in, without case."""
    return {str(each["id"]).casefold() for each in at(config, f"properties.{POOLS}", [])}


def members_of(pool: Raw) -> list[str]:
    """The ids of the IP configurations in it."""
    return [str(each["id"]) for each in at(pool, "properties.backendIPConfigurations", [])]


def member_name(id: str) -> str:
    """``nic1/ipconfig1``."""
    return f"{short(parent_of(id))}/{short(id)}"


def set_members(cloud: Cloud, pool: str, wanted: Collection[str]) -> None:
    """The pool holds those IP configurations, and no others."""
    inside = {id.casefold() for id in wanted}
    for nic in cloud.all(INTERFACE.listing):
        before = configurations(nic)
        after = [_placed(config, pool, inside) for config in before]
        if after != before:
            properties = {**nic["properties"], "ipConfigurations": after}
            cloud.put(str(nic["id"]), {**nic, "properties": properties})


def _placed(config: Raw, pool: str, inside: Collection[str]) -> Raw:
    belongs, is_in = str(config["id"]).casefold() in inside, pool.casefold() in pools_of(config)
    if belongs == is_in:
        return config
    others: list[Any] = [
        each
        for each in at(config, f"properties.{POOLS}", [])
        if str(each["id"]).casefold() != pool.casefold()
    ]
    pools = [*others, {"id": pool}] if belongs else others
    return {**config, "properties": {**config["properties"], POOLS: pools}}
