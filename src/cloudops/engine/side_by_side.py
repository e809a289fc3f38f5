"""The answers of two clouds to one question, as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cloudops.request import Answer, GraphData, Table
from modalities.resource import Provider


def side_by_side(answers: Mapping[Provider, Answer]) -> Answer:
    """A sentence of each with the cloud's name, one table with a column for the cloud, and the
    data by cloud."""
    return Answer(
        text=" ".join(f"{cloud.words}: {answer.text}" for cloud, answer in answers.items()),
        table=_table({cloud: a.table for cloud, a in answers.items() if a.table is not None}),
        data={str(cloud): answer.data for cloud, answer in answers.items()},
        graph=_graph([a.graph for a in answers.values() if a.graph is not None]),
    )


def _table(tables: Mapping[Provider, Table]) -> Table | None:
    """All columns that any of them has, each once."""
    if not tables:
        return None
    columns = tuple(dict.fromkeys(name for table in tables.values() for name in table.columns))
    rows = []
    for cloud, table in tables.items():
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            rows.append((cloud.words, *(cells.get(name, "-") for name in columns)))
    return Table(columns=("cloud", *columns), rows=tuple(rows))


def _graph(graphs: Sequence[GraphData]) -> GraphData | None:
    if not graphs:
        return None
    return GraphData(
        nodes=tuple(node for graph in graphs for node in graph.nodes),
        edges=tuple(edge for graph in graphs for edge in graph.edges),
        focus=tuple(id for graph in graphs for id in graph.focus),
        marked=tuple(id for graph in graphs for id in graph.marked),
    )
