"""Pages that only show: every one of them, what is escaped, health, metrics, dependencies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes.visitor import Visitor
from modalities.codec import decode
from sandbox.console import health
from sandbox.console.aws.catalogue import ACTIONS, SERVICES, VIEWS
from sandbox.console.aws.pages.networks import shares
from sandbox.console.chart import Chart
from sandbox.console.hazards import Hazards
from sandbox.console.health import Category, Event, HealthReport, Standing, Update

Visit = Callable[..., Visitor]
Clients = Callable[..., Any]

EVIL = "<script>alert(1)</script>\"'><img src=x>"
NEEDS = ("Details", "VpcDetails", "SecurityGroup", "LoadBalancer", "TargetGroup", "EventDetails")
STANDING_ALONE = sorted(
    name for name in VIEWS if not name.endswith("Details") and name not in NEEDS
)


@pytest.mark.parametrize("view", STANDING_ALONE)
def test_every_page_of_an_empty_cloud(visitor: Visit, view: str) -> None:
    who = visitor(**dict.fromkeys(("paging", "late_validation", "keyed_autocomplete"), True))
    answer = who.client.get(f"/{VIEWS[view].service}/view/{view}")
    assert answer.status_code == 200, answer.text
    assert "<h1" in answer.text


def test_a_load_balancer_that_was_made_in_part(visitor: Visit, connect: Clients) -> None:
    """Whoever is to delete it looks at it first; it has no listener and no targets."""
    subnets = connect("ec2").describe_subnets()["Subnets"]
    made = connect("elbv2").create_load_balancer(
        Name="front", Subnets=[each["SubnetId"] for each in subnets[:2]]
    )["LoadBalancers"][0]
    query = {"loadBalancerArn": made["LoadBalancerArn"]}
    answer = visitor().client.get("/ec2/view/LoadBalancer", params=query)
    assert answer.status_code == 200, answer.text
    assert "front" in answer.text


def test_the_navigation_leads_to_pages_that_are_there() -> None:
    for service in SERVICES:
        for _, entries in service.groups:
            for _, name in entries:
                assert VIEWS[name].service == service.path
    for action in ACTIONS.values():
        assert action.goes == "" or action.goes in VIEWS


@pytest.mark.parametrize(
    ("service", "view", "query"),
    [
        ("ec2", "InstanceDetails", {"instanceId": "i-0123456789abcdef0"}),
        ("ec2", "InstanceDetails", {}),
        ("ec2", "VolumeDetails", {"volumeId": "vol-1"}),
        ("vpcconsole", "VpcDetails", {"VpcId": EVIL}),
        ("ec2", "LoadBalancer", {"loadBalancerArn": "arn:aws:nothing"}),
        ("ec2", "Nothing", {}),
        ("vpcconsole", "Instances", {}),
    ],
)
def test_what_is_not_there(visitor: Visit, service: str, view: str, query: dict[str, str]) -> None:
    answer = visitor().client.get(f"/{service}/view/{view}", params=query)
    assert answer.status_code in (404, 502)
    assert "Traceback" not in answer.text
    assert "<script>alert" not in answer.text


def test_what_the_cloud_says_is_text(visitor: Visit, ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    tags = [{"Key": "Name", "Value": EVIL}, {"Key": "x" + EVIL[:20], "Value": EVIL}]
    ec2.create_tags(Resources=[vpc, volume], Tags=tags)
    who = visitor(typed_deletes=True)
    pages = [
        who.see("ec2", "Volumes"),
        who.see("ec2", "Volumes", find=EVIL),
        who.see("ec2", "VolumeDetails", volumeId=volume),
        who.see("vpcconsole", "VpcDetails", VpcId=vpc),
        who.see("resource-explorer", "DependencyView"),
        who.see("vpcconsole", "CreateSubnet"),
        who.ask("DeleteVolume", volume),
        who.ask("ManageVolumeTags", volume),
    ]
    for page in pages:
        assert "<script>alert" not in page.html
        assert "<img" not in page.html
    assert any("&lt;script&gt;" in page.html for page in pages)


def test_another_region(visitor: Visit, connect: Clients) -> None:
    connect("ec2", region="eu-west-1").create_key_pair(KeyName="far")
    who = visitor()
    assert who.see("ec2", "KeyPairs").rows == []
    page = who.see("ec2", "KeyPairs", region="eu-west-1")
    assert page.rows == ["far"]
    assert "region=eu-west-1" in page.html
    assert who.see("ec2", "KeyPairs", region="mars-1").rows == []


def test_its_page_of_the_docs_is_true() -> None:
    text = (Path(__file__).parents[3] / "docs/rooms/console.md").read_text()
    for name in (*VIEWS, *Hazards.names()):
        assert f"`{name}`" in text
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert decode(HealthReport, json.loads(example)).events[0].service == "EC2"


def test_home_counts_what_is_there(visitor: Visit, ec2: Any) -> None:
    ec2.create_key_pair(KeyName="ops")
    html = " ".join(visitor().see("console", "Home").html.split())
    assert "Key pairs</a>" in html
    assert "Open issues" in html


def test_search_leads_to_pages(visitor: Visit) -> None:
    who = visitor(hash_routes=True)
    found = who.client.get("/options/search", params={"q": "volu"}).json()["options"]
    assert found == [
        {"value": "/ec2/home?region=us-east-1#Volumes:", "text": "Volumes", "note": "EC2"}
    ]


REPORT = HealthReport(
    (
        Event(
            id="event-1",
            service="RDS",
            region="us-east-1",
            category=Category.ISSUE,
            standing=Standing.OPEN,
            title="Elevated connection errors",
            begins=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
            severity="Service disruption",
            updates=(Update(datetime(2026, 1, 2, 3, 30, tzinfo=UTC), "We are on it."),),
        ),
        Event(
            id="event-2",
            service="EC2",
            region="eu-west-1",
            category=Category.SCHEDULED,
            standing=Standing.UPCOMING,
            title="Host maintenance",
            begins=datetime(2026, 2, 1, tzinfo=UTC),
            ends=datetime(2026, 2, 1, 4, tzinfo=UTC),
        ),
    )
)


def test_service_health_is_what_the_file_says(visitor: Visit) -> None:
    who = visitor()
    health.write(who.portal._report, REPORT)
    issues = who.see("health", "OpenIssues")
    assert issues.rows == ["Elevated connection errors"]
    for told in ("Amazon Relational Database Service (RDS)", "us-east-1", "Open", "January 02"):
        assert told in issues.html
    assert who.see("health", "ScheduledChanges").rows == ["Host maintenance"]
    event = who.see("health", "EventDetails", eventId="event-1")
    assert "We are on it." in event.html
    status = who.see("health", "ServiceStatus").html
    assert "Service disruption" in status
    assert status.count("Operating normally") == len(health.SERVICES) - 1
    assert len(who.see("health", "EventLog").rows) == 2


def test_without_a_file_one_incident_and_one_maintenance_are_imitated(visitor: Visit) -> None:
    who = visitor()
    assert len(who.see("health", "OpenIssues").rows) == 1
    assert len(who.see("health", "ScheduledChanges").rows) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"events": [{"id": 1}]}', '{"event": []}'])
def test_a_health_file_that_is_none(visitor: Visit, text: str) -> None:
    who = visitor()
    who.portal._report.write_text(text)
    answer = who.client.get("/health/view/OpenIssues")
    assert answer.status_code == 500
    assert "health report" in answer.text


def test_metrics_are_the_clouds(visitor: Visit, connect: Clients) -> None:
    now = datetime.now(UTC)
    connect("cloudwatch").put_metric_data(
        Namespace="AWS/EC2",
        MetricData=[
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
                "Value": value,
                "Unit": "Percent",
                "Timestamp": now - timedelta(minutes=minutes),
            }
            for minutes, value in ((50, 12.5), (40, 30.0))
        ],
    )
    who = visitor()
    page = who.see("cloudwatch", "metricsV2", instance="i-1", metric="CPUUtilization")
    assert len(page.rows) == 2
    assert "2 data points from 12.5 to 30 Percent" in page.html
    assert len(page.all("circle")) == 2
    none = who.see("cloudwatch", "metricsV2", instance="i-1", metric="NetworkIn", hours="x")
    assert "No data available" in none.html


def test_a_chart_of_nothing_and_of_zeros() -> None:
    empty = Chart.of("x", "", [], 3)
    assert (empty.line, empty.told) == ("", "No data available")
    flat = Chart.of("x", "", [(datetime.now(UTC), 0.0)], 1)
    assert flat.dots[0][1] == 230
    assert [text for _, text in Chart.of("x", "", [(datetime.now(UTC), 35.0)], 1).rows] == [
        "0",
        "10",
        "20",
        "30",
        "40",
    ]


def test_the_dependency_view_has_picture_and_list(visitor: Visit, ec2: Any) -> None:
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    page = visitor().see("resource-explorer", "DependencyView")
    assert vpc in page.rows
    boxes = len(page.all("rect"))
    assert boxes >= 7
    assert f"Dependency graph of {boxes} resources" in page.html
    assert len(page.all("path")) >= 7


@pytest.mark.parametrize(
    ("cidr", "count", "expected"),
    [
        ("10.0.0.0/16", 0, []),
        ("10.0.0.0/16", 1, ["10.0.0.0/16"]),
        ("10.0.0.0/16", 3, ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"]),
        ("10.0.0.0/28", 1, ["10.0.0.0/28"]),
    ],
)
def test_equal_shares_of_a_block(cidr: str, count: int, expected: list[str]) -> None:
    assert shares(cidr, count) == expected
