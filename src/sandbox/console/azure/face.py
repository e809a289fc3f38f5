"""The console that looks like Azure's portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from sandbox.console.azure.catalogue import ACTIONS, SERVICES, VIEWS
from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.kinds import GROUP, Sort
from sandbox.console.azure.kinds import SORTS as KNOWN
from sandbox.console.azure.pages.machines import suggest_sizes
from sandbox.console.azure.pages.service_health import EVENT
from sandbox.console.azure.visit import Visit, short
from sandbox.console.face import Face, Place, Routes
from sandbox.console.form import Option
from sandbox.console.page import Service

PAGES = {unquote(name).casefold(): view for name, view in VIEWS.items()}
BY_TYPE: Mapping[str, Sort] = {sort.type.casefold(): sort for sort in KNOWN}
RESOURCE = "resource/"
INNER = {sort.view(blade) for sort in KNOWN for _, blade in sort.blades} | {EVENT}
"""Views that are somebody's: no addresses by themselves."""


def locate(path: str) -> Place[Cloud] | None:
    """What is behind ``#``, with or without ``%2F``."""
    wanted = unquote(path).strip("/")
    found = PAGES.get(wanted.casefold())
    if found is not None and found.name not in INNER:
        return Place(found, wanted)
    if wanted.casefold().startswith(f"{EVENT.casefold()}/"):
        return Place(VIEWS[EVENT], wanted, {"event": short(wanted)})
    return _resource(wanted) if wanted.casefold().startswith(RESOURCE) else None


def _resource(path: str) -> Place[Cloud] | None:
    """``resource/subscriptions/…/NAME`` and a blade."""
    parts = path.split("/")[1:]
    blade = "overview"
    if len(parts) % 2:
        *parts, blade = parts
    lowered = [part.casefold() for part in parts]
    if lowered[::2][:2] != ["subscriptions", "resourcegroups"]:
        return None
    sort = GROUP if len(parts) == 4 else BY_TYPE.get("/".join(lowered[5:7]))
    view = PAGES.get(sort.view(blade)) if sort and len(parts) in (4, 8) else None
    return Place(view, path, {"id": "/" + "/".join(parts)}) if view else None


def service_of(_: str) -> Service:
    return SERVICES[0]


def href(view: str, _: Mapping[str, str], __: str, *, hashed: bool) -> str:
    """``view`` is what stands behind ``#``."""
    return f"/#{view}" if hashed else f"/page/{view}"


def suggest(visit: Visit, source: str, typed: str) -> Sequence[Option]:
    return suggest_sizes(visit.cloud, typed) if source == "vm-sizes" else ()


AZURE = Face(
    name="azure",
    routes=Routes(
        first="/",
        around="/",
        page="/page/{path:path}",
        view="/view/{path:path}",
        frame="/frame/{path:path}",
        pathlike=True,
    ),
    frame="BrowseResource.ReactView",
    views=VIEWS,
    actions=ACTIONS,
    services=SERVICES,
    folder=Path(__file__).parent,
    reach=Cloud,
    locate=locate,
    service_of=service_of,
    href=href,
    suggest=suggest,
    account=str,
    called=short,
)
