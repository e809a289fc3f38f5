"""Column types that read well in any database client: JSON text and ISO 8601 times."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def json_text(value: Any) -> str:
    """``value`` as compact JSON with sorted keys: equal values give equal texts.

    Raises ValueError for NaN and infinities, which are not JSON.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    # A lone surrogate (half of a broken character) has no UTF-8 form; JSON can escape it.
    return text if encodable(text) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class JsonText(TypeDecorator[Any]):
    """JSON as text. Not ``sqlalchemy.JSON``: its column type makes SQLite turn ``"10"`` into a
    number and long numbers into inexact ones."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        return json_text(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Utf8(TypeDecorator[str]):
    """Text from people and clouds: half a character, which UTF-8 cannot hold, becomes ``?``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        if value is None or value.isascii():
            return value
        return value.encode("utf-8", "replace").decode()


class Time(TypeDecorator[datetime]):
    """A moment in UTC as ``2031-05-04T03:02:01.000000Z``: fixed width, so that text sorts as
    time does. Raises ValueError for a datetime without a zone."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        text = value.astimezone(UTC).isoformat(timespec="microseconds")
        return text.removesuffix("+00:00") + "Z"

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)
