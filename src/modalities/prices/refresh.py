"""The user's own price table, from the vendors' public price lists."""

from __future__ import annotations

import csv
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modalities.prices import aws_offers, azure_retail
from modalities.prices.download import DownloadFailed, Fetch
from modalities.prices.table import SCHEMA_VERSION, Unreadable, load, read_user_file
from modalities.resource import Provider

BASES: Mapping[Provider, str] = {
    Provider.AWS: aws_offers.BASE,
    Provider.AZURE: azure_retail.BASE,
}
REGION = re.compile(r"[a-z]+(-?[a-z0-9]+)*")
UNKNOWN_REGION = (403, 404)
"""What the AWS bulk files answer for a region that has none."""


class RefreshFailed(Exception):
    """Nothing was written, the table there was still holds. ``remedy`` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Refreshed:
    """``sizes`` counts the prices of VM sizes now known for each (provider, region)."""

    destination: Path
    date: str
    sizes: Mapping[tuple[Provider, str], int]


def refresh(
    fetch: Fetch,
    destination: Path,
    providers: Sequence[Provider],
    regions: Mapping[Provider, Sequence[str]],
    *,
    bases: Mapping[Provider, str] = BASES,
) -> Refreshed:
    """Fetch the price lists of ``regions`` and write the user's table to ``destination``.

    All of it or nothing: the file is replaced in one go when everything has arrived, and what
    it held of other regions stays in it. Raises RefreshFailed.
    """
    today = datetime.now(UTC).date().isoformat()
    fresh = [
        {"provider": p, "region": r, "date": today, **_table(fetch, bases[p], p, r)}
        for p in providers
        for r in regions.get(p, ())
    ]
    if not fresh:
        raise RefreshFailed("no region to refresh", "name one, such as --region eu-west-1")
    renewed = {(t["provider"], t["region"]) for t in fresh}
    kept = [t for t in _present(destination) if (t.get("provider"), t.get("region")) not in renewed]
    _replace(destination, {"schema": SCHEMA_VERSION, "tables": [*kept, *fresh]})
    counted = {(t["provider"], t["region"]): len(t["sizes"]) for t in fresh}
    return Refreshed(destination, today, counted)


def _table(fetch: Fetch, base: str, provider: Provider, region: str) -> dict[str, Any]:
    if not REGION.fullmatch(region):
        raise RefreshFailed(f"{region!r} is no region", "name one, such as eu-west-1")
    try:
        if provider is Provider.AWS:
            return aws_offers.table(fetch, base, region)
        known = {s.name.casefold(): s for s in load().sizes if s.provider is provider}
        return azure_retail.table(fetch, base, region, known)
    except DownloadFailed as error:
        if error.status in UNKNOWN_REGION:
            remedy = f"check that {region} is a region of {provider}"
        else:
            remedy = "try again where the network allows it; the prices there were still hold"
        raise RefreshFailed(f"no prices for {provider} {region}: {error}", remedy) from None
    except (ValueError, csv.Error) as error:
        raise RefreshFailed(
            f"no prices for {provider} {region}: {error}",
            "the vendor may have changed the list: look for a newer cloudops",
        ) from None


def _present(destination: Path) -> list[dict[str, Any]]:
    if not destination.is_file():
        return []
    try:
        return read_user_file(destination)
    except Unreadable as error:
        raise RefreshFailed(str(error), f"move {destination} away and refresh again") from None


def _replace(destination: Path, document: Mapping[str, Any]) -> None:
    """Write beside the destination, then rename over it."""
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=destination.parent, prefix=".prices-", delete=False
        ) as file:
            try:
                json.dump(document, file, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(destination)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        what = f"{destination} cannot be written: {error.strerror}"
        raise RefreshFailed(what, "make room there or choose another place") from None
