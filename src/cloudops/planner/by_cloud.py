"""What is said of each of two clouds, said once: of both as it is, of one with its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modalities.resource import Provider


def by_cloud(said: Mapping[Provider, Sequence[str]]) -> tuple[str, ...]:
    """Every text once, in the order of the clouds."""
    found: dict[str, None] = {}
    for cloud, texts in said.items():
        for text in texts:
            everywhere = all(text in others for others in said.values())
            found[text if everywhere else f"{cloud.words}: {text}"] = None
    return tuple(found)
