from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from modalities.prices.table import Prices, Unreadable, load
from modalities.resource import Provider

AWS, AZURE = Provider.AWS, Provider.AZURE
LISTS = Path(__file__).parents[4] / "shared" / "data" / "prices"


@pytest.fixture(scope="module")
def prices() -> Prices:
    return load()


def written(path: Path, *tables: dict[str, Any], schema: int = 1) -> Path:
    path.write_text(json.dumps({"schema": schema, "tables": tables}))
    return path


def own(**parts: Any) -> dict[str, Any]:
    return {
        "provider": "aws",
        "region": "eu-west-1",
        "date": "2027-01-02",
        "sizes": {},
        "disks": {},
        "items": {},
        **parts,
    }


def test_a_size_by_name_in_any_case(prices: Prices) -> None:
    size = prices.size(AWS, "T3.Micro")
    assert size is not None
    assert (size.name, size.vcpus, size.memory_gib, size.burstable) == ("t3.micro", 2, 1.0, True)
    assert prices.size(AZURE, "standard_b2s") is not None
    assert prices.size(AZURE, "t3.micro") is None


@pytest.mark.parametrize(
    ("provider", "region", "vcpus", "memory", "architecture", "name"),
    [
        (AWS, "us-east-1", 2, 4, "x86_64", "t3a.medium"),
        (AWS, "us-east-1", 2, 4, "arm64", "t4g.medium"),
        (AWS, "us-east-1", 1, 0.5, "x86_64", "t3a.nano"),
        (AWS, "us-east-1", 4, 8, "x86_64", "t3a.xlarge"),
        (AWS, "us-east-1", 8, 64, "x86_64", "r6i.2xlarge"),
        (AWS, "us-east-1", None, 16, "x86_64", "r6i.large"),
        (AWS, "us-east-1", 2, None, "x86_64", "t3a.nano"),
        (AZURE, "westeurope", 2, 4, "x86_64", "Standard_B2s"),
    ],
)
def test_the_cheapest_that_fits(
    prices: Prices,
    provider: Provider,
    region: str,
    vcpus: int | None,
    memory: float | None,
    architecture: str,
    name: str,
) -> None:
    found = prices.cheapest(provider, region, vcpus, memory, architecture)
    assert found is not None
    assert found.name == name


def test_nothing_cheaper_fits(prices: Prices) -> None:
    for vcpus, memory in [(1, 1), (2, 2), (2, 8), (4, 16), (8, 16), (16, 64)]:
        best = prices.cheapest(AWS, "eu-central-1", vcpus, memory)
        assert best is not None
        assert best.vcpus >= vcpus
        assert best.memory_gib >= memory * 0.95
        for other in prices.sizes:
            fits = other.vcpus >= vcpus and other.memory_gib >= memory
            if other.provider is AWS and other.architecture == "x86_64" and fits:
                price = other.hourly.get("eu-central-1")
                assert price is None or price >= best.hourly["eu-central-1"]


def test_about_four_gigabytes_is_four_gibibytes_less_a_little(prices: Prices) -> None:
    about = prices.cheapest(AWS, "us-east-1", 2, 4.2)
    assert about is not None
    assert about.memory_gib == 4
    more = prices.cheapest(AWS, "us-east-1", 2, 4.3)
    assert more is not None
    assert more.memory_gib == 8


def test_too_much_is_none(prices: Prices) -> None:
    assert prices.cheapest(AWS, "us-east-1", 512, 4096) is None
    assert prices.cheapest(AWS, "us-east-1", 1, 1, "riscv") is None


def test_in_a_region_without_prices_a_size_that_is_sold_everywhere(prices: Prices) -> None:
    found = prices.cheapest(AWS, "af-south-1", 2, 4)
    assert found is not None
    assert found.everywhere
    assert found.name == "t3.medium"
    assert prices.hourly(AWS, "af-south-1", "t3.medium") is None


def test_hourly_prices_and_what_is_not_known(prices: Prices) -> None:
    assert prices.hourly(AWS, "us-east-1", "t3.micro") == 0.0104
    assert prices.hourly(AWS, "eu-west-1", "m5.large") == 0.107
    assert prices.hourly(AZURE, "eastus", "Standard_B2s") == 0.0416
    assert prices.hourly(AWS, "us-east-1", "x9.mega") is None
    assert prices.hourly(AWS, "mars-1", "t3.micro") is None
    assert prices.hourly(AWS, "us-east-1", "t3.micro", spot=True) is None


def test_disks(prices: Prices) -> None:
    def month(type_: str, gib: float, **extra: float) -> float | None:
        return prices.disk_month(AWS, "us-east-1", type_, gib, **extra)

    assert month("gp3", 100) == pytest.approx(8.0)
    assert month("GP2", 100) == pytest.approx(10.0)
    assert month("gp3", 100, iops=3000, throughput=125) == pytest.approx(8.0)
    assert month("gp3", 100, iops=4000, throughput=225) == pytest.approx(8.0 + 5.0 + 4.0)
    assert month("io2", 100, iops=1000) == pytest.approx(12.5 + 65.0)
    assert month("io2", 100) is None, "every IOPS of it is billed and nobody said how many"
    assert month("tape", 100) is None
    assert prices.disk_month(AWS, "ap-northeast-1", "gp3", 10, iops=4000) is None
    assert prices.disk_month(AZURE, "eastus", "Premium_LRS", 128) == pytest.approx(19.71, abs=0.01)


def test_other_items_by_the_month(prices: Prices) -> None:
    assert prices.item(AWS, "us-east-1", "load_balancer") == pytest.approx(0.0225 * 730)
    assert prices.item(AWS, "us-east-1", "public_ip") == pytest.approx(3.65)
    assert prices.item(AWS, "us-east-1", "monitoring") == 2.1
    assert prices.item(AWS, "us-east-1", "snapshot") == 0.05
    assert prices.item(AZURE, "eastus", "monitoring") is None
    assert prices.item(AWS, "us-east-1", "nat_gateway") is None


def test_nothing_in_the_table_is_free(prices: Prices) -> None:
    assert all(price > 0 for size in prices.sizes for price in size.hourly.values())
    assert all(size.hourly for size in prices.sizes if size.provider is AWS)
    assert len({(s.provider, s.name) for s in prices.sizes}) == len(prices.sizes)


def test_doubling_a_size_about_doubles_its_price(prices: Prices) -> None:
    """A slip of the pen in the table shows as a size out of line with its family."""
    families: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for size in prices.sizes:
        if size.provider is AWS:
            for region, price in size.hourly.items():
                family = size.name.split(".")[0]
                families.setdefault((family, region), []).append((size.memory_gib, price))
    for key, known in families.items():
        rates = [price / memory for memory, price in known]
        assert max(rates) / min(rates) < 1.05, key


def test_the_users_prices_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    row = {"vcpus": 2, "memory_gib": 1, "architecture": "x86_64", "burstable": True}
    file = written(
        tmp_path / "prices.json",
        own(
            sizes={
                "t3.micro": {**row, "hourly": {"eu-west-1": 0.02}},
                "z1.new": {**row, "hourly": {"eu-west-1": 0.001}},
            },
            disks={"gp3": {"gib": {"eu-west-1": 0.5}}},
            items={"snapshot": {"per": "gib-month", "prices": {"eu-west-1": 0.9}}},
        ),
    )
    mine = load(file)
    assert mine.hourly(AWS, "eu-west-1", "t3.micro") == 0.02
    assert mine.hourly(AWS, "us-east-1", "t3.micro") == 0.0104
    assert mine.disk_month(AWS, "eu-west-1", "gp3", 10, iops=4000) == pytest.approx(10.5)
    assert mine.item(AWS, "eu-west-1", "snapshot") == 0.9
    assert mine.date == "2026-11-21, aws refreshed 2027-01-02"
    cheapest = mine.cheapest(AWS, "eu-west-1", 2, 1)
    assert cheapest is not None
    assert cheapest.name == "z1.new"


def test_without_a_file_of_ones_own(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == load()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": 1}',
        '{"schema": 99, "tables": []}',
        '{"schema": 1, "tables": [7]}',
        '{"schema": 1, "tables": [{"provider": "moon"}]}',
        json.dumps({"schema": 1, "tables": [own(items={"snapshot": {"per": "gib-month"}})]}),
        json.dumps({"schema": 1, "tables": [own(disks={"gp3": {"gib": {"eu-west-1": 0}}})]}),
        json.dumps({"schema": 1, "tables": [own(disks={"gp3": {"gib": {"eu-west-1": "1"}}})]}),
        json.dumps({"schema": 1, "tables": [own(disks={"gp3": {"gib": {"eu-west-1": -1}}})]}),
        "\x00\x01",
    ],
)
def test_a_file_that_is_no_price_table_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(text)
    with pytest.raises(Unreadable, match=r"prices\.json"):
        load(file)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(Unreadable, match=r"prices\.json"):
        load(file)


def test_the_shipped_aws_prices_against_the_vendors_list(prices: Prices) -> None:
    file = LISTS / "aws_ondemand_linux.csv"
    if not file.is_file():
        pytest.skip("the vendor's price list is not here")
    with file.open(newline="") as rows:
        listed = {
            (r["region"], r["instance_type"]): r["usd_per_hour"] for r in csv.DictReader(rows)
        }
    checked = 0
    for size in prices.sizes:
        if size.provider is AWS:
            assert size.hourly["us-east-1"] == float(listed["us-east-1", size.name])
            checked += 1
    assert checked >= 60
