"""The operation table: what it holds, and that it is what the packages say."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest

from modalities.azure import extract
from modalities.azure.operations import DATA, operations, versions

SMALL = ("azure-mgmt-resource-locks", "azure-mgmt-resource-deployments", "azure-mgmt-resource")


def test_it_is_small_and_whole() -> None:
    assert DATA.stat().st_size < 64_000
    table = operations()
    assert len(table) > 1500
    assert all(one.method and one.template and one.statuses for one in table)
    assert {one.package for one in table} == set(extract.PACKAGES)


def test_what_it_says_of_a_few() -> None:
    table = {(one.group, one.name): one for one in operations()}
    start = table["virtual_machines", "begin_start"]
    assert (start.method, start.statuses, start.long_running) == ("POST", (200, 202), True)
    disk = table["disks", "begin_create_or_update"]
    assert (disk.statuses, disk.body, disk.result) == ((200, 202), "Disk", "Disk")
    network = table["virtual_networks", "begin_create_or_update"]
    assert (network.statuses, network.headers) == ((200, 201), "A")
    assert table["virtual_networks", "list_all"].paged


@pytest.mark.parametrize("package", SMALL)
def test_it_is_what_the_installed_package_says(package: str) -> None:
    try:
        installed = version(package)
    except PackageNotFoundError:
        pytest.skip(f"{package} is not installed")
    if installed != versions()[package]:
        pytest.skip(f"{package} is {installed}, the table is of {versions()[package]}")
    kept = [one for one in operations() if one.package == package]
    assert extract.extracted(package) == kept
