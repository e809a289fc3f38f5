"""A line chart as numbers for an SVG: no script, no style attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WIDTH, HEIGHT = 860, 260
LEFT, BOTTOM, TOP = 60, 230, 15


@dataclass(frozen=True, slots=True)
class Chart:
    """``line`` is the path of the values; ``rows`` and ``columns`` the axes' marks, each with
    its place in pixels. ``told`` says in words what the picture shows."""

    title: str
    unit: str
    line: str
    dots: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, str], ...]
    columns: tuple[tuple[float, str], ...]
    told: str

    @classmethod
    def of(
        cls, title: str, unit: str, points: Sequence[tuple[datetime, float]], hours: int
    ) -> Chart:
        now = datetime.now(UTC)
        begin = now - timedelta(hours=hours)
        top = _round_up(max((value for _, value in points), default=1.0))

        def x(at: datetime) -> float:
            share = (at - begin).total_seconds() / (hours * 3600)
            return round(LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - 20), 1)

        def y(value: float) -> float:
            return round(BOTTOM - value / top * (BOTTOM - TOP), 1)

        dots = tuple((x(at), y(value)) for at, value in points)
        steps = [begin + timedelta(hours=hours * n / 6) for n in range(7)]
        pattern = "%H:%M" if hours <= 24 else "%m/%d"
        values = [value for _, value in points]
        told = (
            f"{len(values)} data points from {min(values):g} to {max(values):g} {unit}".strip()
            if values
            else "No data available"
        )
        return cls(
            title=title,
            unit=unit,
            line=" ".join(f"{'L' if n else 'M'}{a} {b}" for n, (a, b) in enumerate(dots)),
            dots=dots,
            rows=tuple((y(top * n / 4), f"{top * n / 4:g}") for n in range(5)),
            columns=tuple((x(at), f"{at:{pattern}}") for at in steps),
            told=told,
        )


def _round_up(value: float) -> float:
    """The next number that quarters well: 1, 2, 4 or 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power > value:
        power /= 10
    while power * 10 < value:
        power *= 10
    return next(power * n for n in (1, 2, 4, 8, 10) if power * n >= value)
