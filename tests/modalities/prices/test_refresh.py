from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from modalities.prices.aws_offers import COLUMNS
from modalities.prices.download import Download, DownloadFailed
from modalities.prices.refresh import Refreshed, RefreshFailed, refresh
from modalities.prices.table import load
from modalities.resource import Provider

AWS, AZURE = Provider.AWS, Provider.AZURE
OFFER = "/offers/v1.0/aws/AmazonEC2/current/eu-west-1/index.csv"


@dataclass
class Lists:
    """A vendor on loopback: ``pages`` by path and query, as (status, body)."""

    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""
    lies_about_length: bool = False

    def run(self, out: Path, *providers: Provider, region: str = "eu-west-1") -> Refreshed:
        return refresh(
            Download(silence=5.0),
            out,
            providers,
            dict.fromkeys(providers, (region,)),
            bases=dict.fromkeys(Provider, self.base),
        )


@pytest.fixture
def lists() -> Iterator[Lists]:
    with serving(Lists()) as served:
        yield served


@contextmanager
def serving(lists: Lists) -> Iterator[Lists]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path)
            lists.asked.append(path)
            status, body = lists.pages.get(path, (404, b"no such thing"))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body) + 7 * lists.lies_about_length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    lists.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield lists
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


PREAMBLE = [
    ["FormatVersion", "v1.0"],
    ["Disclaimer", "This pricing list is for informational purposes only, ..."],
    ["Publication Date", "2026-11-20T17:02:30Z"],
    ["Version", "20261120170230"],
    ["OfferCode", "AmazonEC2"],
]
HEADER = ["SKU", "OfferTermCode", *COLUMNS, "Region Code"]
LINUX = {
    "TermType": "OnDemand",
    "Unit": "Hrs",
    "Product Family": "Compute Instance",
    "Current Generation": "Yes",
    "Physical Processor": "Intel Xeon Platinum 8259",
    "Operating System": "Linux",
    "Tenancy": "Shared",
    "Pre Installed S/W": "NA",
    "CapacityStatus": "Used",
    "operation": "RunInstances",
}


def vm(
    type_: str, usd: str, vcpus: str = "2", memory: str = "8 GiB", **other: str
) -> dict[str, str]:
    size = {"Instance Type": type_, "PricePerUnit": usd, "vCPU": vcpus, "Memory": memory}
    return {**LINUX, **size, **other}


def storage(family: str, usd: str, unit: str, **other: str) -> dict[str, str]:
    head = {"TermType": "OnDemand", "Product Family": family, "PricePerUnit": usd, "Unit": unit}
    return {**head, **other}


ROWS = [
    vm("m5.large", "0.1070000000"),
    vm("m5.large", "0.0000000000", CapacityStatus="AllocatedCapacityReservation"),
    vm("m5.large", "0.2000000000", **{"Operating System": "Windows"}),
    vm("m5.large", "0.1180000000", Tenancy="Dedicated"),
    vm("m5.large", "0.5870000000", **{"Pre Installed S/W": "SQL Std"}),
    vm("m5.large", "0.0670000000", TermType="Reserved"),
    vm("m1.small", "0.0470000000", **{"Current Generation": "No"}),
    vm("m7g.large", "0.0911", **{"Physical Processor": "AWS Graviton3 Processor"}),
    vm("u-6tb1.metal", "61.0", vcpus="448", memory="6,144 GiB"),
    storage("Storage", "0.0880000000", "GB-Mo", **{"Volume API Name": "gp3"}),
    storage("Storage", "0.1380000000", "GB-Mo", **{"Volume API Name": "io2"}),
    storage(
        "System Operation",
        "0.0720000000",
        "IOPS-Mo",
        **{"Volume API Name": "io2", "Group": "EBS IOPS"},
    ),
    storage(
        "System Operation",
        "0.0500000000",
        "IOPS-Mo",
        **{"Volume API Name": "io2", "Group": "EBS IOPS Tier 2"},
    ),
    storage("Provisioned Throughput", "45.056", "GiBps-mo", **{"Volume API Name": "gp3"}),
    storage("Storage Snapshot", "0.0500000000", "GB-Mo", usageType="EU-EBS:SnapshotUsage"),
    storage("Load Balancer-Application", "0.0252000000", "Hrs", usageType="EU-LoadBalancerUsage"),
    storage("Load Balancer-Application", "0.008", "LCU-Hrs", usageType="EU-LCUUsage"),
]


def offer(rows: list[dict[str, str]], header: list[str] = HEADER) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(PREAMBLE)
    writer.writerow(header)
    writer.writerows([[row.get(column, "") for column in header] for row in rows])
    return text.getvalue().encode()


def azure_item(sku: str, usd: float, **other: Any) -> dict[str, Any]:
    return {
        "currencyCode": "USD",
        "retailPrice": usd,
        "armRegionName": "westeurope",
        "armSkuName": sku,
        "skuName": sku.removeprefix("Standard_").replace("_", " "),
        "productName": "Virtual Machines BS Series",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        **other,
    }


AZURE_QUERY = (
    "/api/retail/prices?$filter=serviceName eq 'Virtual Machines' and "
    "armRegionName eq 'westeurope' and priceType eq 'Consumption'"
)


def azure_pages(lists: Lists) -> None:
    first = {
        "Items": [
            azure_item("Standard_B2s", 0.05),
            azure_item("Standard_B2s", 0.06, productName="Virtual Machines BS Series Windows"),
            azure_item("Standard_B2s", 0.01, skuName="B2s Spot"),
            azure_item("Standard_B2s", 0.02, skuName="B2s Low Priority"),
            azure_item("Standard_Never_heard_of", 0.05),
        ],
        "NextPageLink": f"{lists.base}/api/retail/prices?$skip=100",
    }
    second = {"Items": [azure_item("Standard_D2s_v5", 0.116)], "NextPageLink": None}
    lists.pages[AZURE_QUERY] = (200, json.dumps(first).encode())
    lists.pages["/api/retail/prices?$skip=100"] = (200, json.dumps(second).encode())


def test_aws_prices_of_one_region(lists: Lists, tmp_path: Path) -> None:
    lists.pages[OFFER] = (200, offer(ROWS))
    out = tmp_path / "state" / "prices.json"
    done = lists.run(out, AWS)
    assert done.sizes == {(AWS, "eu-west-1"): 3}
    prices = load(out)
    assert prices.hourly(AWS, "eu-west-1", "m5.large") == 0.107
    assert prices.hourly(AWS, "eu-west-1", "m1.small") is None
    graviton = prices.size(AWS, "m7g.large")
    assert graviton is not None
    assert graviton.architecture == "arm64"
    large = prices.size(AWS, "u-6tb1.metal")
    assert large is not None
    assert large.memory_gib == 6144
    assert prices.disk_month(AWS, "eu-west-1", "io2", 100, iops=10) == pytest.approx(14.52)
    assert prices.disk_month(AWS, "eu-west-1", "gp3", 0, throughput=225) == pytest.approx(4.4)
    assert prices.item(AWS, "eu-west-1", "load_balancer") == pytest.approx(0.0252 * 730)
    assert prices.item(AWS, "eu-west-1", "public_ip") == pytest.approx(3.65), "as shipped"
    assert f"aws refreshed {done.date}" in prices.date


def test_azure_prices_page_by_page(lists: Lists, tmp_path: Path) -> None:
    azure_pages(lists)
    out = tmp_path / "prices.json"
    done = lists.run(out, AZURE, region="westeurope")
    assert done.sizes == {(AZURE, "westeurope"): 2}
    prices = load(out)
    assert prices.hourly(AZURE, "westeurope", "Standard_B2s") == 0.05
    assert prices.hourly(AZURE, "westeurope", "Standard_D2s_v5") == 0.116
    assert prices.hourly(AZURE, "eastus", "Standard_B2s") == 0.0416, "as shipped"


def test_other_regions_stay_and_a_second_time_replaces(lists: Lists, tmp_path: Path) -> None:
    out = tmp_path / "prices.json"
    azure_pages(lists)
    lists.run(out, AZURE, region="westeurope")
    lists.pages[OFFER] = (200, offer(ROWS))
    lists.run(out, AWS)
    lists.pages[OFFER] = (200, offer([vm("m5.large", "0.2")]))
    lists.run(out, AWS)
    prices = load(out)
    assert prices.hourly(AWS, "eu-west-1", "m5.large") == 0.2
    assert prices.hourly(AZURE, "westeurope", "Standard_B2s") == 0.05
    assert len(json.loads(out.read_text())["tables"]) == 2


LESS = [column for column in HEADER if column != "Tenancy"]

BAD_ANSWERS = {
    "no such region": (404, b"", "check that eu-west-1 is a region of aws"),
    "forbidden": (403, b"", "check that eu-west-1 is a region of aws"),
    "out of order": (503, b"", "try again"),
    "a redirect": (302, b"https://example.com/", "try again"),
    "not the list": (200, b"<html>sign in to the network</html>", "newer cloudops"),
    "a column gone": (200, offer(ROWS, LESS), "newer cloudops"),
    "no instances": (200, offer(ROWS[9:]), "newer cloudops"),
    "not a number": (200, offer([vm("m5.large", "free")]), "newer cloudops"),
    "empty": (200, b"", "newer cloudops"),
    "a field without end": (200, offer(ROWS) + b'"' + b"x" * 200_000, "newer cloudops"),
    "binary": (200, b"\xff\xfe" * 50, "newer cloudops"),
}


@pytest.mark.parametrize(("status", "body", "remedy"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_the_old_table_is_kept_when_anything_fails(
    lists: Lists, tmp_path: Path, status: int, body: bytes, remedy: str
) -> None:
    out = tmp_path / "prices.json"
    azure_pages(lists)
    lists.run(out, AZURE, region="westeurope")
    before = out.read_bytes()
    lists.pages[OFFER] = (status, body)
    with pytest.raises(RefreshFailed) as failed:
        lists.run(out, AWS)
    assert "aws eu-west-1" in str(failed.value)
    assert remedy in failed.value.remedy
    assert out.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["prices.json"]


def test_one_region_that_fails_leaves_all_as_it_was(lists: Lists, tmp_path: Path) -> None:
    out = tmp_path / "prices.json"
    lists.pages[OFFER] = (200, offer(ROWS))
    regions = {AWS: ("eu-west-1", "mars-north-1")}
    with pytest.raises(RefreshFailed, match="mars-north-1"):
        refresh(Download(), out, [AWS], regions, bases={AWS: lists.base})
    assert not out.exists()


def test_an_answer_that_breaks_off(lists: Lists, tmp_path: Path) -> None:
    lists.lies_about_length = True
    lists.pages[OFFER] = (200, offer(ROWS))
    with pytest.raises(RefreshFailed, match="broke off after"):
        lists.run(tmp_path / "prices.json", AWS)


def test_a_list_that_leads_to_another_host(lists: Lists, tmp_path: Path) -> None:
    page = {"Items": [], "NextPageLink": "http://127.0.0.2:9/next"}
    lists.pages[AZURE_QUERY] = (200, json.dumps(page).encode())
    with pytest.raises(RefreshFailed, match="leads away"):
        lists.run(tmp_path / "prices.json", AZURE, region="westeurope")
    assert len(lists.asked) == 1


def test_a_list_without_end(lists: Lists, tmp_path: Path) -> None:
    page = {"Items": [], "NextPageLink": lists.base + AZURE_QUERY.replace(" ", "%20")}
    lists.pages[AZURE_QUERY] = (200, json.dumps(page).encode())
    with pytest.raises(RefreshFailed, match="does not end"):
        lists.run(tmp_path / "prices.json", AZURE, region="westeurope")


@pytest.mark.parametrize("region", ["", "../../x", "eu west", "a'b", "EU-WEST-1"])
def test_a_region_that_is_none_is_not_asked_for(lists: Lists, tmp_path: Path, region: str) -> None:
    with pytest.raises(RefreshFailed, match="is no region"):
        lists.run(tmp_path / "prices.json", AWS, region=region)
    assert lists.asked == []


def test_no_network(tmp_path: Path) -> None:
    with pytest.raises(RefreshFailed, match="cannot be reached") as failed:
        refresh(
            Download(silence=2.0),
            tmp_path / "prices.json",
            [AWS],
            {AWS: ("eu-west-1",)},
            bases={AWS: "http://127.0.0.1:9"},
        )
    assert "still hold" in failed.value.remedy


def test_nothing_to_refresh(tmp_path: Path) -> None:
    with pytest.raises(RefreshFailed, match="no region"):
        refresh(Download(), tmp_path / "prices.json", [AWS], {})


def test_a_table_that_is_broken_is_not_written_over(lists: Lists, tmp_path: Path) -> None:
    out = tmp_path / "prices.json"
    out.write_text("{half")
    lists.pages[OFFER] = (200, offer(ROWS))
    with pytest.raises(RefreshFailed) as failed:
        lists.run(out, AWS)
    assert "move" in failed.value.remedy
    assert out.read_text() == "{half"


def test_a_place_that_cannot_be_written(lists: Lists, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lists.pages[OFFER] = (200, offer(ROWS))
    with pytest.raises(RefreshFailed, match="cannot be written"):
        lists.run(tmp_path / "file" / "prices.json", AWS)


def test_progress_is_told(lists: Lists) -> None:
    lists.pages["/list"] = (200, b"x" * 600_000)
    told: list[int] = []
    fetch = Download(progress=lambda url, done: told.append(done))
    assert len(b"".join(fetch(f"{lists.base}/list"))) == 600_000
    assert told[-1] == 600_000
    assert told == sorted(told)


def test_limits_of_size_and_time(lists: Lists) -> None:
    lists.pages["/list"] = (200, b"x" * 1000)
    with pytest.raises(DownloadFailed, match="larger than 10 bytes"):
        tuple(Download(most=10)(f"{lists.base}/list"))
    with pytest.raises(DownloadFailed, match="took longer than"):
        tuple(Download(deadline=0.0)(f"{lists.base}/list"))


@pytest.mark.parametrize("url", ["http://example.com/", "file:///etc/passwd", "ftp://x/y"])
def test_only_https(url: str) -> None:
    with pytest.raises(DownloadFailed, match="is not https"):
        tuple(Download()(url))
