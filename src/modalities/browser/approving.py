"""The gate for one step: it lets out what was approved, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modalities.browser.driver.gate import VOLATILE, Gate


class Approved(Gate):
    """``mutations`` are those of a BrowserScript. What a page lists in an order of its own
    (``unordered``) is compared without regard to it."""

    def __init__(
        self, base: str, mutations: Sequence[Mapping[str, Any]], reads: Iterable[str] = ()
    ) -> None:
        own = {name for each in mutations for name in each.get("volatile", ())}
        super().__init__(base, reads=reads, approved=mutations, volatile=(*VOLATILE, *sorted(own)))
        self._unordered = {name for each in mutations for name in each.get("unordered", ())}

    def _lasting(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        found = super()._lasting(fields)
        for name in self._unordered:
            if isinstance(found.get(name), list):
                found[name] = sorted(map(str, found[name]))
        return found


def without(mutations: Sequence[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    """The same without a field that may be missing: less than was approved, never more."""
    return [
        {**each, "fields": {k: v for k, v in each["fields"].items() if k != field}}
        if field in each.get("optional", ())
        else dict(each)
        for each in mutations
    ]
