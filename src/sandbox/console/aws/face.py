"""The console that looks like AWS's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from sandbox.console.aws.catalogue import ACTIONS, SERVICES, VIEWS
from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.launching import suggest_types
from sandbox.console.aws.visit import Visit
from sandbox.console.face import Face, Place, Routes
from sandbox.console.form import Option
from sandbox.console.page import Service

BY_PATH: dict[str, Service] = {service.path: service for service in SERVICES}


def locate(path: str) -> Place[Cloud] | None:
    """``path`` is ``service/View``."""
    service, _, name = path.partition("/")
    found = VIEWS.get(name)
    return Place(found, path) if found and found.service == service else None


def service_of(path: str) -> Service | None:
    return BY_PATH.get(path.partition("/")[0])


def href(view: str, parameters: Mapping[str, str], region: str, *, hashed: bool) -> str:
    """By the service that the view belongs to."""
    service = VIEWS[view].service
    if not hashed:
        return f"/{service}/home/{view}?{urlencode({'region': region, **parameters})}"
    told = ";".join(f"{k}={quote(v, safe=':/')}" for k, v in parameters.items())
    return f"/{service}/home?{urlencode({'region': region})}#{view}:{told}"


def suggest(visit: Visit, source: str, typed: str) -> Sequence[Option]:
    return suggest_types(visit.cloud, typed) if source == "instance-types" else ()


def account(number: str) -> str:
    return f"{number[:4]}-{number[4:8]}-{number[8:]}" if len(number) == 12 else number


AWS = Face(
    name="aws",
    routes=Routes(
        first="/console/home",
        around="/{service}/home",
        page="/{service}/home/{view}",
        view="/{service}/view/{view}",
        frame="/{service}/frame/{view}",
        pathlike=False,
    ),
    frame="compute-react-frame",
    views=VIEWS,
    actions=ACTIONS,
    services=SERVICES,
    folder=Path(__file__).parent,
    reach=Cloud,
    locate=locate,
    service_of=service_of,
    href=href,
    suggest=suggest,
    account=account,
)
