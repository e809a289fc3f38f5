"""Judges of M1, M2 and M3 on Azure: what was answered, beside what the cloud has."""

from __future__ import annotations

from sandbox.gym.answers import Disk, addresses_told, answered, disks_told, states_told
from sandbox.gym.azure import parts
from sandbox.gym.azure.inventory import same
from sandbox.gym.case import Case, Judgement
from sandbox.gym.inventory import name_of


def status(case: Case) -> Judgement:
    """M1: running or stopped, for each machine asked about, and for none the wrong one."""
    vms = {name_of(vm): parts.power(vm) for vm in case.after.of("instance").values()}
    return answered(case, states_told(case, vms))


def public_address(case: Case) -> Judgement:
    """M2: the address as the cloud has it, and no other public one."""
    vms = case.after.of("instance").values()
    true = {ip for vm in vms for ip in parts.public_ips(case.after, vm)}
    private = {
        str(one.get("privateIPAddress"))
        for vm in vms
        for one in parts.configurations(case.after, vm)
    }
    return answered(case, addresses_told(case, true, private))


def disks(case: Case) -> Judgement:
    """M3: every attached disk with its size and type."""
    known = case.after.of("volume").values()
    found = [
        Disk(
            id=name_of(disk),
            called=(name_of(disk), same(str(disk["id"]))),
            gib=parts.properties(disk)["diskSizeGB"],
            type=str(disk["sku"]["name"]),
        )
        for disk in known
        if disk.get("managedBy")
    ]
    return answered(case, disks_told(case, found))
