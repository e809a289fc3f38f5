"""Metrics as the cloud has them (CloudWatch): a chart and the same as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.console.aws.visit import Visit, name_of
from sandbox.console.chart import Chart
from sandbox.console.form import Option
from sandbox.console.page import Page, Row, Special, Table, View

USUAL = (
    "CPUUtilization",
    "NetworkIn",
    "NetworkOut",
    "DiskReadOps",
    "DiskWriteOps",
    "StatusCheckFailed",
)
"""What EC2 measures of every instance: docs.aws.amazon.com/AWSEC2/latest/UserGuide/
viewing_metrics_with_cloudwatch.html"""

RANGES = (
    Option("1", "1 hour"),
    Option("3", "3 hours"),
    Option("12", "12 hours"),
    Option("24", "1 day"),
    Option("168", "1 week"),
)
PERIODS = (Option("60", "1 minute"), Option("300", "5 minutes"), Option("3600", "1 hour"))
STATISTICS = ("Average", "Maximum", "Minimum", "Sum", "SampleCount")
MOST = 1440
"""Data points CloudWatch answers with at most."""


def metrics(visit: Visit) -> Page:
    known = visit.cloud.all("cloudwatch", "list_metrics", "Metrics", Namespace="AWS/EC2")
    names = sorted({*USUAL, *(each["MetricName"] for each in known)})
    machines = [i for i in visit.cloud.instances() if i["State"]["Name"] != "terminated"]
    choices = tuple(
        Option(
            i["InstanceId"],
            f"{i['InstanceId']} ({name_of(i)})" if name_of(i) else i["InstanceId"],
        )
        for i in machines
    )
    ids = {choice.value for choice in choices}
    ids |= {d["Value"] for m in known for d in m["Dimensions"] if d["Name"] == "InstanceId"}
    metric = _among(visit.asked("metric"), names, "CPUUtilization")
    instance = _among(visit.asked("instance"), sorted(ids), choices[0].value if choices else "")
    statistic = _among(visit.asked("statistic"), STATISTICS, "Average")
    hours = int(_among(visit.asked("hours"), [o.value for o in RANGES], "3"))
    period = int(_among(visit.asked("period"), [o.value for o in PERIODS], "300"))
    points = _points(visit, metric, instance, statistic, hours, period) if instance else []
    unit = next((str(p["Unit"]) for p in points if p.get("Unit") not in (None, "None")), "")
    return Special(
        "metrics.html",
        "Metrics",
        {
            "choosers": (
                ("metric", "Metric name", tuple(Option(n, n) for n in names), metric),
                ("instance", "Instance", choices, instance),
                ("statistic", "Statistic", tuple(Option(s, s) for s in STATISTICS), statistic),
                ("period", "Period", PERIODS, str(period)),
                ("hours", "Time range", RANGES, str(hours)),
            ),
            "chart": Chart.of(
                f"{metric} ({statistic})",
                unit,
                [(p["Timestamp"], float(p[statistic])) for p in points],
                hours,
            ),
            "points": _table(points, statistic, unit),
        },
    )


def _points(
    visit: Visit, metric: str, instance: str, statistic: str, hours: int, period: int
) -> list[Any]:
    end = datetime.now(UTC)
    period = max(period, -(-hours * 3600 // MOST // 60) * 60)
    answer = visit.cloud.call(
        "cloudwatch",
        "get_metric_statistics",
        Namespace="AWS/EC2",
        MetricName=metric,
        Dimensions=[{"Name": "InstanceId", "Value": instance}],
        StartTime=end - timedelta(hours=hours),
        EndTime=end + timedelta(minutes=1),
        Period=period,
        Statistics=[statistic],
    )
    return sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])


def _table(points: list[Any], statistic: str, unit: str) -> Table:
    return Table(
        title="Data points",
        noun="data point",
        columns=("Time (UTC)", statistic, "Unit"),
        rows=tuple(
            Row(
                f"{p['Timestamp']:%Y-%m-%d %H:%M}",
                f"{p['Timestamp']:%H:%M}",
                (
                    f"{p['Timestamp'].astimezone(UTC):%Y-%m-%d %H:%M}",
                    f"{p[statistic]:g}",
                    unit or "None",
                ),
            )
            for p in reversed(points)
        ),
        empty="No data available. Try adjusting the time range.",
    )


def _among(asked: str, known: Any, default: str) -> str:
    return asked if asked in known else default


VIEWS = (View("metricsV2", "cloudwatch", metrics),)
