"""Snapshots, images and SSH keys: shown, and not changed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import IMAGE, SNAPSHOT, SSH_KEY, Sort
from sandbox.console.azure.pages.blades import (
    EDIT_TAGS,
    SERVICE,
    asked,
    blade,
    browse,
    essentials,
    usual,
)
from sandbox.console.azure.visit import NOTHING, Visit, at, link
from sandbox.console.page import Cell, Page, View

COLUMNS: dict[Sort, tuple[tuple[str, str], ...]] = {
    SNAPSHOT: (
        ("Source disk", "properties.creationData.sourceResourceId"),
        ("Size (GiB)", "properties.diskSizeGB"),
        ("Snapshot type", "properties.incremental"),
        ("OS type", "properties.osType"),
        ("Time created", "properties.timeCreated"),
    ),
    IMAGE: (
        ("Source virtual machine", "properties.sourceVirtualMachine.id"),
        ("OS type", "properties.storageProfile.osDisk.osType"),
        ("VM generation", "properties.hyperVGeneration"),
    ),
    SSH_KEY: (("Public key", "properties.publicKey"),),
}
"""What is shown of each, by label, and where ARM has it."""


def _cell(visit: Visit, document: Raw, path: str) -> Cell:
    found = at(document, path)
    if isinstance(found, bool):
        return "Incremental" if found else "Full"
    if isinstance(found, str) and found.startswith("/subscriptions/"):
        return link(visit, found)
    return NOTHING if found is None else str(found)


def _listing(sort: Sort) -> Callable[[Visit], Page]:
    def build(visit: Visit) -> Page:
        found = visit.cloud.all(sort.listing)
        rows = [(each, _cells(visit, sort, each)) for each in found]
        return browse(visit, sort, [label for label, _ in COLUMNS[sort]], rows, (EDIT_TAGS,))

    return build


def _cells(visit: Visit, sort: Sort, document: Raw) -> Sequence[Cell]:
    return [_cell(visit, document, path) for _, path in COLUMNS[sort]]


def _overview(sort: Sort) -> Callable[[Visit], Page]:
    def build(visit: Visit) -> Page:
        document = asked(visit)
        labels = [label for label, _ in COLUMNS[sort]]
        own = zip(labels, _cells(visit, sort, document), strict=True)
        return blade(
            visit,
            sort,
            document,
            "overview",
            summary=essentials(visit, document, *own),
            commands=(EDIT_TAGS,),
        )

    return build


def _views(sort: Sort) -> tuple[View[Cloud], ...]:
    return (
        View(sort.list, SERVICE, _listing(sort), stale=True),
        View(sort.view("overview"), SERVICE, _overview(sort), parent=sort.list),
        *usual(sort),
    )


VIEWS = tuple(view for sort in COLUMNS for view in _views(sort))
