"""The AWS price list bulk files: one CSV a region, hundreds of megabytes, read as a stream.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
Public addresses and detailed monitoring are in the files of other services; for those the
shipped table stays.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from modalities.prices.download import Fetch, UnknownFormat, as_file

BASE = "https://pricing.us-east-1.amazonaws.com"
PATH = "/offers/v1.0/aws/AmazonEC2/current/{region}/index.csv"

FREE = {"gp3": {"iops": 3000, "throughput": 125}}
"""What a gp3 disk has without paying for it; io1 and io2 have none."""
MIB_IN_GIB = 1024


def table(fetch: Fetch, base: str, region: str) -> dict[str, Any]:
    """Sizes, disks and items of one region. Raises UnknownFormat, DownloadFailed."""
    sizes: dict[str, Any] = {}
    disks: dict[str, Any] = {}
    items: dict[str, Any] = {}
    for row in _rows(fetch, base + PATH.format(region=region)):
        usd = float(row["PricePerUnit"] or 0)
        if usd <= 0:
            continue
        match row["Product Family"]:
            case "Compute Instance" if _plain_linux(row):
                sizes[row["Instance Type"]] = _size(row, region, usd)
            case "Storage" if row["Unit"] == "GB-Mo" and row["Volume API Name"]:
                disks.setdefault(row["Volume API Name"], {})["gib"] = {region: usd}
            case "System Operation" if row["Unit"] == "IOPS-Mo" and row["Group"] == "EBS IOPS":
                _meter(disks, row["Volume API Name"], "iops", region, usd)
            case "Provisioned Throughput" if row["Unit"] == "GiBps-mo":
                _meter(disks, row["Volume API Name"], "throughput", region, usd / MIB_IN_GIB)
            case "Storage Snapshot" if row["usageType"].endswith("EBS:SnapshotUsage"):
                items["snapshot"] = {"per": "gib-month", "prices": {region: usd}}
            case "Load Balancer-Application" if row["usageType"].endswith("LoadBalancerUsage"):
                items["load_balancer"] = {"per": "hour", "prices": {region: usd}}
    if not sizes:
        raise UnknownFormat(f"the AWS price list for {region} has no Linux instances in it")
    whole = {name: disk for name, disk in disks.items() if "gib" in disk}
    return {"sizes": sizes, "disks": whole, "items": items}


COLUMNS = (
    "TermType",
    "PricePerUnit",
    "Unit",
    "Product Family",
    "Instance Type",
    "Current Generation",
    "vCPU",
    "Memory",
    "Physical Processor",
    "Operating System",
    "Tenancy",
    "Pre Installed S/W",
    "CapacityStatus",
    "operation",
    "usageType",
    "Volume API Name",
    "Group",
)


def _rows(fetch: Fetch, url: str) -> Iterator[dict[str, str]]:
    """The on-demand rows, with the columns that matter here."""
    with as_file(fetch(url)) as file:
        reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
        header = next((row for row in reader if row and row[0] == "SKU"), None)
        missing = set(COLUMNS) - set(header or ())
        if header is None or missing:
            raise UnknownFormat(f"the AWS price list lacks {', '.join(sorted(missing))}")
        places = [(name, header.index(name)) for name in COLUMNS]
        term = header.index("TermType")
        for row in reader:
            if len(row) == len(header) and row[term] == "OnDemand":
                yield {name: row[place] for name, place in places}


def _plain_linux(row: dict[str, str]) -> bool:
    return (
        row["Operating System"] == "Linux"
        and row["Tenancy"] == "Shared"
        and row["Pre Installed S/W"] == "NA"
        and row["CapacityStatus"] == "Used"
        and row["operation"] == "RunInstances"
        and row["Current Generation"] == "Yes"
        and row["Unit"] == "Hrs"
    )


def _size(row: dict[str, str], region: str, usd: float) -> dict[str, Any]:
    return {
        "vcpus": int(row["vCPU"]),
        "memory_gib": float(row["Memory"].removesuffix(" GiB").replace(",", "")),
        "architecture": "arm64" if "Graviton" in row["Physical Processor"] else "x86_64",
        "burstable": row["Instance Type"].startswith("t"),
        "hourly": {region: usd},
    }


def _meter(disks: dict[str, Any], name: str, what: str, region: str, usd: float) -> None:
    free = FREE.get(name, {}).get(what, 0)
    disks.setdefault(name, {})[what] = {"free": free, "prices": {region: usd}}
