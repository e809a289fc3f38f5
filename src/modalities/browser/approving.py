"""The gate for one step: it lets out what was approved, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modalities.browser.driver.gate import VOLATILE, Gate

ROWS = ".*"
"""At the end of a name in ``unordered``: all fields that begin so are the columns of one list."""


class Approved(Gate):
    """``mutations`` are those of a BrowserScript. What a page lists in an order of its own
    (``unordered``) is compared without regard to it: by its items, or row by row."""

    def __init__(
        self, base: str, mutations: Sequence[Mapping[str, Any]], reads: Iterable[str] = ()
    ) -> None:
        own = {name for each in mutations for name in each.get("volatile", ())}
        super().__init__(base, reads=reads, approved=mutations, volatile=(*VOLATILE, *sorted(own)))
        self._unordered = {name for each in mutations for name in each.get("unordered", ())}

    def _lasting(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        found = super()._lasting(fields)
        for name in self._unordered:
            if name.endswith(ROWS):
                found = _by_rows(found, name.removesuffix("*"))
            elif isinstance(found.get(name), list):
                found[name] = sorted(map(str, found[name]))
        return found


def _by_rows(fields: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The columns as one list of rows, where they are as long as each other."""
    columns = {
        name: value if isinstance(value, list) else [value]
        for name, value in sorted(fields.items())
        if name.startswith(prefix)
    }
    if len(set(map(len, columns.values()))) != 1:
        return dict(fields)
    rows = sorted(zip(*(map(str, column) for column in columns.values()), strict=True))
    rest = {name: value for name, value in fields.items() if name not in columns}
    return {**rest, f"{prefix}*": [tuple(columns), *rows]}


def without(mutations: Sequence[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    """The same without a field that may be missing: less than was approved, never more."""
    return [
        {**each, "fields": {k: v for k, v in each["fields"].items() if k != field}}
        if field in each.get("optional", ())
        else dict(each)
        for each in mutations
    ]
