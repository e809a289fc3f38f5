"""What a vendor's own operation answers: a sentence, a table of its main list, and all the data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cloudops.request import Answer, AnswerOf, Table
from modalities.contract import Operator, Unsupported

if TYPE_CHECKING:
    from cloudops.engine.course import Course

MOST_COLUMNS = 6
LONGEST_CELL = 60
FEW = 12
TELLING = ("name", "id", "arn", "url", "status", "state", "type")
"""Columns that come first, by how their names end."""


def answer_of(question: AnswerOf, course: Course) -> Answer:
    """Raises Unsupported where the leading hand cannot, or the call does not only read; and
    Unresolved, CloudError."""
    if not isinstance(course.hand, Operator):
        raise Unsupported(f"the {course.hand.name} hand puts no operations of the vendor's own")
    data = course.hand.answered(course.target, question.call)
    course.passage.know(identity=course.hand.identify(course.target))
    return worded(question, data)


def worded(question: AnswerOf, data: Mapping[str, Any]) -> Answer:
    """The answer of what the cloud said. All texts in it are the cloud's: data, cut short."""
    name, items = _main_list(data)
    whole = {"operation": str(question.call), "answer": data}
    if name is None:
        rows = tuple(_flat(data))
        table = Table(columns=("what", "value"), rows=rows) if rows else None
        text = "; ".join(f"{row[0]} {row[1]}" for row in rows[:FEW]) or "nothing"
        return Answer(text=f"{question.call}: {text}.", table=table, data=whole)
    count = f"{len(items)} {name}" if items else f"No {name}"
    table = _table(name, items) if items else None
    listed = ", ".join(row[0] for row in table.rows[:FEW]) if table else ""
    more = f" and {len(items) - FEW} more" if len(items) > FEW else ""
    told = f": {listed}{more}" if listed else ""
    return Answer(text=f"{count} ({question.call}){told}.", table=table, data=whole)


def _main_list(data: Mapping[str, Any]) -> tuple[str | None, Sequence[Any]]:
    """The longest list at the top; an answer with nothing else in it may have an empty one."""
    lists = {name: value for name, value in data.items() if isinstance(value, list)}
    others = [value for name, value in data.items() if name not in lists and value not in ("", {})]
    if not lists or (others and not any(lists.values())):
        return None, ()
    name = max(lists, key=lambda each: len(lists[each]))
    return name, lists[name]


def _table(name: str, items: Sequence[Any]) -> Table:
    if not all(isinstance(item, Mapping) for item in items):
        return Table(columns=(name,), rows=tuple((_cell(item),) for item in items))
    columns = _columns(items)
    rows = tuple(tuple(_cell(item.get(column)) for column in columns) for item in items)
    return Table(columns=columns, rows=rows)


def _columns(items: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    plain = dict.fromkeys(
        key
        for item in items
        for key, value in item.items()
        if not isinstance(value, (Mapping, list)) or not value
    )
    named = dict.fromkeys(key for item in items for key in item)
    return tuple(sorted(plain or named, key=_place)[:MOST_COLUMNS])


def _place(column: str) -> int:
    low = column.casefold()
    return next((n for n, end in enumerate(TELLING) if low.endswith(end)), len(TELLING))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _flat(item, f"{path}.{name}" if path else name)
    elif path:
        yield path, _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_CELL else line[: LONGEST_CELL - 1] + "…"
