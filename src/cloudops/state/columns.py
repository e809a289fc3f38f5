"""Column types that read well in any database client: JSON text and ISO 8601 times."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

PLAIN = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte everywhere, as SQLite does: order is part of what queries
say, and a PostgreSQL's own depends on where it was set up."""
_PLAINLY = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
"""Made once: an account has millions of values."""
WHOLE = Integer().with_variant(BigInteger(), "postgresql")
"""A number that rises for as long as the store lives."""


class Garbled(Exception):
    """What should be JSON is not, or not all of it."""


def json_text(value: Any) -> str:
    """``value`` as compact JSON with sorted keys: equal values give equal texts.

    Raises ValueError for NaN and infinities, which are not JSON.
    """
    text = _PLAINLY(value)
    # Half a character (a lone surrogate) has no UTF-8 form, but JSON can escape it.
    return text if utf8(text) == text else json.dumps(value, sort_keys=True, separators=(",", ":"))


def utf8(text: str) -> str:
    """``text`` as any database can store it: half a character becomes ``?``, and NUL too."""
    if text.isascii():
        return text.replace("\0", "?") if "\0" in text else text
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def time_text(at: datetime) -> str:
    """``2031-05-04T03:02:01.000000Z``: UTC in a fixed width, so that text sorts as time does.

    Raises ValueError for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


class JsonText(TypeDecorator[Any]):
    """JSON as text. Not ``sqlalchemy.JSON``: its column type makes SQLite turn ``"10"`` into a
    number and long numbers into inexact ones."""

    impl = PLAIN
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        return json_text(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        try:
            return None if value is None else json.loads(value)
        except ValueError as error:
            raise Garbled(f"a row holds no whole JSON: {error}") from None


class Utf8(TypeDecorator[str]):
    """Text from people and clouds, which may not be sound."""

    impl = PLAIN
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else utf8(value)


class Time(TypeDecorator[datetime]):
    """A moment, as :func:`time_text` writes it."""

    impl = PLAIN
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        return None if value is None else time_text(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)
