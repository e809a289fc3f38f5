"""Queries: a table, and what is done to its rows, stage after stage.

https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sandbox.azure.graph.expressions import Reader, Row, Scalar
from sandbox.azure.graph.tokens import malformed, tokens

Rows: TypeAlias = list[dict[str, Any]]
Stage: TypeAlias = Callable[[Rows], Rows]
RESOURCES, CONTAINERS = "resources", "resourcecontainers"


def run(query: str, tables: Mapping[str, Callable[[], Rows]]) -> Rows:
    """``tables`` are by name in lower case. Raises Refused."""
    reader = Reader(tokens(query))
    table = RESOURCES
    if reader.next.kind == "name" and reader.next.text.casefold() not in STAGES:
        table = reader.take().casefold()
        if reader.next.kind != "end":
            reader.take("|")
    if table not in tables:
        raise malformed(f"there is no table '{table}' in the sandbox")
    stages: list[Stage] = []
    while reader.next.kind != "end":
        if stages:
            reader.take("|")
        stages.append(_stage(reader))
    rows = tables[table]()
    for stage in stages:
        rows = stage(rows)
    return rows


def _stage(reader: Reader) -> Stage:
    name = reader.take().casefold()
    if name not in STAGES:
        raise malformed(f"the sandbox does not know the operator '{name}'")
    return STAGES[name](reader)


def _where(reader: Reader) -> Stage:
    condition = reader.condition()
    return lambda rows: [row for row in rows if condition(row)]


def _columns(reader: Reader) -> list[tuple[str, Scalar]]:
    """``a, b = c.d, e.f`` (which is named ``e_f``, and so is ``tostring(e.f)``)."""
    columns: list[tuple[str, Scalar]] = []
    while True:
        columns.append(_column(reader))
        if not reader.took(","):
            return columns


def _column(reader: Reader) -> tuple[str, Scalar]:
    value, words = reader.written()
    if reader.took("="):
        return words[0], reader.condition()
    if len(words) > 1 and words[0].casefold() == "tostring" and words[1] == "(":
        words = words[1:]
    return "_".join(word for word in words if word.isidentifier()), value


def _project(reader: Reader) -> Stage:
    columns = _columns(reader)
    return lambda rows: [{name: value(row) for name, value in columns} for row in rows]


def _extend(reader: Reader) -> Stage:
    columns = _columns(reader)
    return lambda rows: [{**row, **{name: value(row) for name, value in columns}} for row in rows]


def _away(reader: Reader) -> Stage:
    names = {reader.take().casefold()}
    while reader.took(","):
        names.add(reader.take().casefold())
    return lambda rows: [
        {key: value for key, value in row.items() if key.casefold() not in names} for row in rows
    ]


def _order(reader: Reader) -> Stage:
    reader.take("by")
    return _sorted(reader)


def _sorted(reader: Reader) -> Stage:
    keys: list[tuple[Scalar, bool]] = []
    while True:
        value = reader.condition()
        keys.append((value, not reader.took("asc")))
        reader.took("desc")
        if not reader.took(","):
            return lambda rows: _by(rows, keys)


def _by(rows: Rows, keys: Sequence[tuple[Scalar, bool]]) -> Rows:
    """Descending unless said otherwise; nulls come first going up."""
    for value, down in reversed(keys):
        rows = sorted(rows, key=lambda row: _rank(value(row)), reverse=down)
    return rows


def _rank(value: Any) -> tuple[int, Any]:
    if value is None:
        return 0, 0
    if isinstance(value, (bool, int, float)):
        return 1, value
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return 2, text


def _limit(reader: Reader) -> Stage:
    many = _number(reader)
    return lambda rows: rows[:many]


def _top(reader: Reader) -> Stage:
    many = _number(reader)
    reader.take("by")
    order = _sorted(reader)
    return lambda rows: order(rows)[:many]


def _number(reader: Reader) -> int:
    text = reader.take()
    if not text.isdecimal():
        raise malformed(f"'{text}' is no number of rows")
    return int(text)


def _count(_: Reader) -> Stage:
    return lambda rows: [{"Count": len(rows)}]


def _distinct(reader: Reader) -> Stage:
    columns = _columns(reader)

    def distinct(rows: Rows) -> Rows:
        told = [{name: value(row) for name, value in columns} for row in rows]
        return list({json.dumps(row, sort_keys=True): row for row in told}.values())

    return distinct


Aggregate: TypeAlias = Callable[[Rows], Any]


def _summarize(reader: Reader) -> Stage:
    """``count()``, ``countif``, ``sum``, ``min``, ``max``, ``dcount``, by any columns."""
    aggregates: list[tuple[str, Aggregate]] = []
    while reader.next.kind != "end" and reader.next.text.casefold() not in ("by", "|"):
        if aggregates:
            reader.take(",")
        aggregates.append(_aggregate(reader))
    groups = _columns(reader) if reader.took("by") else []

    def summarized(rows: Rows) -> Rows:
        found: dict[str, tuple[dict[str, Any], Rows]] = {}
        for row in rows:
            key = {name: value(row) for name, value in groups}
            found.setdefault(json.dumps(key, sort_keys=True), (key, []))[1].append(row)
        if not groups and not found:
            found[""] = ({}, [])
        return [
            {**key, **{name: of(members) for name, of in aggregates}}
            for key, members in found.values()
        ]

    return summarized


def _aggregate(reader: Reader) -> tuple[str, Aggregate]:
    name = reader.take()
    title = name
    if reader.took("="):
        name = reader.take()
    else:
        title = ""
    reader.take("(")
    arguments = reader.listed()
    kind = name.casefold()
    if kind not in AGGREGATES:
        raise malformed(f"the sandbox does not know the aggregate '{name}'")
    return title or f"{kind}_", AGGREGATES[kind](arguments[0] if arguments else _one)


def _one(_: Row) -> Any:
    return 1


def _numbers(rows: Rows, value: Scalar) -> list[Any]:
    found = (value(row) for row in rows)
    return [one for one in found if isinstance(one, (int, float)) and not isinstance(one, bool)]


AGGREGATES: Mapping[str, Callable[[Scalar], Aggregate]] = {
    "count": lambda _: len,
    "countif": lambda value: lambda rows: sum(bool(value(row)) for row in rows),
    "sum": lambda value: lambda rows: sum(_numbers(rows, value)),
    "min": lambda value: lambda rows: min(_numbers(rows, value), default=None),
    "max": lambda value: lambda rows: max(_numbers(rows, value), default=None),
    "dcount": lambda value: lambda rows: len({json.dumps(value(r), sort_keys=True) for r in rows}),
    "make_list": lambda value: lambda rows: [value(row) for row in rows],
}

STAGES: Mapping[str, Callable[[Reader], Stage]] = {
    "where": _where,
    "project": _project,
    "project-away": _away,
    "extend": _extend,
    "order": _order,
    "sort": _order,
    "limit": _limit,
    "take": _limit,
    "top": _top,
    "count": _count,
    "distinct": _distinct,
    "summarize": _summarize,
}
