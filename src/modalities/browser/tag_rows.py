"""A dialog that lists all tags of a resource and sends the list back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def tag_rows(
    tags: Sequence[Mapping[str, str]], put: Mapping[str, str], gone: Sequence[str]
) -> dict[str, Any]:
    """Rows whose value changes, rows that go (from below, so that numbers hold), new rows, and
    the tags as they are sent."""
    keys = [tag["Key"] for tag in tags]
    kept = [tag for tag in tags if tag["Key"] not in gone]
    fresh = [key for key in put if key not in keys]
    return {
        "changed": [
            {"number": n, "Value": put[key]} for n, key in enumerate(keys, 1) if key in put
        ],
        "gone": [{"number": n} for n, key in reversed([*enumerate(keys, 1)]) if key in gone],
        "added": [
            {"number": n, "Key": key, "Value": put[key]}
            for n, key in enumerate(fresh, len(kept) + 1)
        ],
        "keys": [*(tag["Key"] for tag in kept), *fresh],
        "values": [*(put.get(t["Key"], t["Value"]) for t in kept), *(put[k] for k in fresh)],
    }
