"""What the console itself shows: lists, dependencies and service health, read from its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from modalities.browser.addresses import Addresses
from modalities.browser.approving import Approved
from modalities.browser.driver.contract import Report, Stuck, Table, Why
from modalities.browser.pages import Cell, DependencyPage, ListPage, Pages
from modalities.browser.reading_cells import read_cell
from modalities.browser.visits import Visit
from modalities.contract import Unsupported
from modalities.health import HealthEvent
from modalities.receipt import CloudError, Trouble
from modalities.resource import Json, Kind, Link, Resource, ResourceRef, World
from modalities.target import Identity

ROLES: Mapping[tuple[Kind, Kind], str] = {
    (Kind.ROUTE_TABLE, Kind.SUBNET): "routes_for",
    (Kind.ROUTE_TABLE, Kind.GATEWAY): "routes_to",
    (Kind.PUBLIC_IP, Kind.NIC): "assigned_to",
    (Kind.LOAD_BALANCER, Kind.LISTENER): "has",
    (Kind.LISTENER, Kind.TARGET_GROUP): "forwards_to",
    (Kind.TARGET_GROUP, Kind.VM): "targets",
}
"""How one kind depends on another (docs/attributes.md); the rest follows from what is needed."""

PLACES = (Kind.NETWORK, Kind.SUBNET)

Row = Mapping[str, str]


def observed(
    visit: Visit, addresses: Addresses, pages: Pages, identity: Identity, kinds: Sequence[Kind]
) -> World:
    """The world of these kinds as the console shows it. Raises CloudError, and Unsupported where
    it has no page that shows them."""
    listed = [page for page in pages.lists if not kinds or page.kind in kinds]
    whole = pages.dependencies if not kinds or _unlisted(pages, kinds) else None
    if whole is None and (not kinds or _unlisted(pages, kinds)):
        raise Unsupported("the console has no page that shows how all of it hangs together")
    views = [(page.view, page.table, True) for page in listed]
    if whole:
        views.append((whole.view, whole.table, False))
    tables = _tables(visit, addresses, identity.region, _refresh(pages), views)
    found = {page.kind: tables[number].rows for number, page in enumerate(listed)}
    world = World(identity.provider, identity.scope)
    all_rows = tables[-1].rows if whole else ()
    resources = tuple(_resources(world, listed, found, whole, all_rows))
    wanted = set(kinds) or set(Kind)
    return world.with_resources(r for r in resources if r.kind in wanted)


def _refresh(pages: Pages) -> dict[str, str]:
    """What is pressed to bring a list up to date; empty where nothing is."""
    return {"name": pages.refresh, "role": pages.refresh_role} if pages.refresh else {}


def _unlisted(pages: Pages, kinds: Sequence[Kind]) -> bool:
    return any(pages.of(kind) is None for kind in kinds)


def health(
    visit: Visit, addresses: Addresses, pages: Pages, home: str, region: str | None
) -> tuple[HealthEvent, ...]:
    """Raises CloudError."""
    views = [(page.view, page.table, False) for page in pages.health]
    tables = _tables(visit, addresses, home, {}, views)
    columns = pages.event
    events = []
    for page, table in zip(pages.health, tables, strict=True):
        for row in table.rows:
            status = " - ".join(
                word for word in (row.get(columns.status), row.get(columns.severity)) if word
            )
            events.append(
                HealthEvent(
                    service=row.get(columns.service, ""),
                    region=row.get(columns.region, ""),
                    category=page.category,
                    status=status,
                    title=row.get(columns.title, ""),
                    begins=str(read_cell(row.get(columns.begins, ""), "text") or ""),
                    ends=str(read_cell(row.get(columns.ends, ""), "text") or ""),
                )
            )
    return tuple(e for e in events if region is None or in_region(e.region, region))


def in_region(where: str, region: str) -> bool:
    """Of one or several that a page names, as people (``East US``) or as programs do. A zone is in
    its region; what is global, or of which nothing is said, concerns everybody."""
    names = ["".join(name.split()).casefold() for name in where.split(",")]
    here = "".join(region.split()).casefold()
    return any(
        name in ("", "-", "global", here) or (name[:-1] == here and name[-1].isalpha())
        for name in names
    )


def _tables(
    visit: Visit,
    addresses: Addresses,
    region: str,
    refresh: Mapping[str, str],
    views: Sequence[tuple[str, str, bool]],
) -> tuple[Table, ...]:
    """One table from each page, in one batch."""
    visit.guard(Approved(visit.access.url, ()))
    for form in visit.forms(len(addresses.forms)):
        visit.web.begin()
        batch = list(_batch(visit, addresses, region, refresh, views, form))
        try:
            report = visit.do(batch)
        except Stuck as stuck:
            report = stuck.report
        if report.stop is None and len(report.tables) == len(views):
            visit.form = form
            return report.tables
    raise _unread(report)


def _batch(
    visit: Visit,
    addresses: Addresses,
    region: str,
    refresh: Mapping[str, str],
    views: Sequence[tuple[str, str, bool]],
    form: int,
) -> Iterator[dict[str, Any]]:
    for view, table, stale in views:
        yield {"verb": "goto", "url": addresses.opened({"view": view}, region)["urls"][form]}
        if stale and refresh and visit.stale:
            yield {"verb": "click", **refresh}
        yield {"verb": "read_table", "name": table}


def _unread(report: Report) -> CloudError:
    stop = report.stop
    trouble = Trouble.TIMEOUT if stop and stop.why is Why.TIME else Trouble.UNAVAILABLE
    return CloudError(
        trouble,
        "ConsoleUnread",
        f"the console does not show it: {stop.detail if stop else 'a table is missing'}",
        remedy="look at the page with --headed, or ask through another hand with --modality",
    )


def _resources(
    world: World,
    pages: Iterable[ListPage],
    found: Mapping[Kind, Sequence[Row]],
    dependencies: DependencyPage | None,
    all_rows: Sequence[Row],
) -> Iterator[Resource]:
    """Everything that the list of dependencies has, with what the lists say of it; without that
    list, what the lists have."""
    listed = {page.kind: _from_list(world, page, found[page.kind]) for page in pages}
    if dependencies is None or not all_rows:
        for resources in listed.values():
            yield from resources
        return
    known = {(r.kind, r.id): r for rs in listed.values() for r in rs}
    named = {(r.kind, r.name): r for rs in listed.values() for r in rs}
    for resource in _from_dependencies(world, dependencies, all_rows):
        same = known.get((resource.kind, resource.id)) or named.get((resource.kind, resource.name))
        yield Resource(
            resource.ref,
            resource.id,
            same.attributes if same else {},
            same.tags if same else {},
            resource.links,
        )


def _from_list(world: World, page: ListPage, rows: Sequence[Row]) -> list[Resource]:
    """Named where the name is unique, else by id."""
    rows = [row for row in rows if _ours(world, page, row)]
    counted = Counter(row.get(page.name, "") for row in rows)
    made = []
    for row in rows:
        attributes = {
            name: _value(cell, row, row.get(page.id, "")) for name, cell in page.attributes.items()
        }
        if attributes.get("state") in page.gone and page.gone:
            continue
        name = str(read_cell(row.get(page.name, ""), "text") or "")
        id = row.get(page.id, "") if page.id else name
        called = name if name and counted[row.get(page.name, "")] == 1 else id
        tags = {"Name": name} if name and page.name == "Name" else {}
        made.append(Resource(world.ref(page.kind, called), id, attributes, tags))
    return made


def _ours(world: World, page: ListPage, row: Row) -> bool:
    """Whether it is in the target, where that is one resource group."""
    group = world.scope.partition("/")[2].casefold()
    return not page.group or row.get(page.group, "").casefold() == group


def _value(cell: Cell, row: Row, id: str) -> Json:
    found = read_cell(row.get(cell.column, ""), cell.read_as)
    if not cell.of_type or not found:
        return found
    return f"{id.partition('/providers/')[0]}/providers/{cell.of_type}/{found}"


def _from_dependencies(
    world: World, page: DependencyPage, rows: Sequence[Row]
) -> Iterator[Resource]:
    kinds = {kind.words: kind for kind in Kind}
    known: dict[str, tuple[Kind, str]] = {}
    for row in rows:
        kind = kinds.get(row.get(page.kind, ""))
        if kind is not None:
            known[f"{kind.words} {row[page.name]}"] = (kind, row[page.id])
    for row in rows:
        kind = kinds.get(row.get(page.kind, ""))
        if kind is None:
            continue
        links = tuple(
            Link(_role(kind, needed), needed, id)
            for needed, id in _needs(row.get(page.needs, ""), known)
        )
        ref = ResourceRef(world.provider, world.scope, kind, row[page.name])
        yield Resource(ref, row[page.id], links=links)


def _needs(words: str, known: Mapping[str, tuple[Kind, str]]) -> Iterator[tuple[Kind, str]]:
    """``VM web-1, disk data, 2`` where ``data, 2`` is a name: names may hold commas."""
    parts = words.split(", ")
    while parts:
        for count in range(len(parts), 0, -1):
            found = known.get(", ".join(parts[:count]))
            if found is not None:
                yield found
                del parts[:count]
                break
        else:
            del parts[0]


def _role(kind: Kind, needed: Kind) -> str:
    if (kind, needed) in ROLES:
        return ROLES[kind, needed]
    if needed in PLACES:
        return "in"
    return "guarded_by" if needed is Kind.SECURITY_GROUP else "uses"
