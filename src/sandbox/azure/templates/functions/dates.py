"""Date functions.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.date_format import written
from sandbox.azure.templates.functions.entry import Function, integer, text
from sandbox.azure.templates.functions.strings import only_in_defaults
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.values import Json

DURATION = re.compile(
    r"(?P<sign>[-+]?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
COMPACT = re.compile(r"\d{8}T\d{6}Z")


def utc_now(scope: Scope, pattern: Json = "yyyyMMddTHHmmssZ") -> Json:
    """In default values of parameters only, for it differs from call to call."""
    if not scope.in_default:
        raise only_in_defaults("utcNow")
    return written(scope.setting.now, text("utcNow", pattern))


def date_time_add(base: Json, duration: Json, pattern: Json = "G") -> Json:
    """Without a format the result is written as .NET does by default: ``4/7/2023 2:53:14 PM``."""
    at = moment("dateTimeAdd", base)
    return written(_later(at, text("dateTimeAdd", duration)), text("dateTimeAdd", pattern))


def date_time_from_epoch(seconds: Json) -> Json:
    at = datetime.fromtimestamp(integer("dateTimeFromEpoch", seconds), UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def date_time_to_epoch(value: Json) -> Json:
    return int(moment("dateTimeToEpoch", value).timestamp())


def moment(name: str, value: Json) -> datetime:
    """An ISO 8601 time, UTC where it has no zone. Raises ExpressionFault."""
    given = text(name, value)
    try:
        if COMPACT.fullmatch(given):
            return datetime.strptime(given, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        at = datetime.fromisoformat(given)
    except ValueError:
        raise ExpressionFault(
            f"The template language function '{name}' expects an ISO 8601 time. "
            f"The provided value is '{given}'."
        ) from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _later(at: datetime, duration: str) -> datetime:
    found = DURATION.fullmatch(duration)
    if found is None or duration.endswith(("P", "T")):
        raise ExpressionFault(
            "The template language function 'dateTimeAdd' expects an ISO 8601 duration. "
            f"The provided value is '{duration}'."
        )
    sign = -1 if found["sign"] == "-" else 1
    amount = {k: sign * float(v or 0) for k, v in found.groupdict().items() if k != "sign"}
    months = int(amount.pop("years") * 12 + amount.pop("months"))
    try:
        return _months_later(at, months) + timedelta(**amount)
    except (OverflowError, ValueError):
        raise ExpressionFault(f"The time '{at:%F}' plus '{duration}' is out of range.") from None


def _months_later(at: datetime, months: int) -> datetime:
    """The same day of the month, or the month's last."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


FUNCTIONS = {
    "datetimeadd": Function(date_time_add, 2, 3),
    "datetimefromepoch": Function(date_time_from_epoch, 1, 1),
    "datetimetoepoch": Function(date_time_to_epoch, 1, 1),
    "utcnow": Function(utc_now, 0, 1, scoped=True),
}
