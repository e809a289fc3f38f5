"""What makes a console the console of one cloud; all else is the same for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic
from urllib.parse import quote

from modalities.target import Target
from sandbox.console.form import Option
from sandbox.console.page import Action, Service, View
from sandbox.console.reach import C
from sandbox.console.settings import Settings
from sandbox.console.visit import Visit

HOLE = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Place(Generic[C]):
    """A view as an address names it: ``path`` is the address, as routes cut it out, and
    ``parameters`` what of the view's query it says."""

    view: View[C]
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Addresses as patterns of the router; what stands in braces, joined by slashes, is a path.

    ``first`` is where visitors without a wish go, ``around`` the shell around a view that only
    the browser knows, ``page`` shell and view in one, ``view`` a view alone, ``frame`` the
    document of a view that is in an iframe. ``pathlike``: all that is behind ``#`` is a path.
    """

    first: str
    around: str
    page: str
    view: str
    frame: str
    pathlike: bool

    def of(self, pattern: str, path: str) -> str:
        """The address of a path."""
        holes = HOLE.findall(pattern)
        for hole, part in zip(holes, path.split("/", len(holes) - 1), strict=False):
            pattern = pattern.replace(hole, quote(part, safe="/~"), 1)
        return pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Face(Generic[C]):
    """``reach`` makes the way to the cloud. ``locate`` tells what is at a path, ``service_of``
    whose navigation is shown beside it, ``href`` makes an address (view, parameters, region;
    ``hashed``). ``suggest`` answers fields that ask for suggestions by their source. ``account``
    and ``called`` say how an account and a resource's id are shown."""

    name: str
    routes: Routes
    frame: str
    """Name of the iframe."""
    views: Mapping[str, View[C]]
    actions: Mapping[str, Action[C]]
    services: Sequence[Service]
    folder: Path
    """Where its templates/ and its style sheet are."""
    reach: Callable[[Target, Settings], C]
    locate: Callable[[str], Place[C] | None]
    service_of: Callable[[str], Service | None]
    href: Callable[..., str]
    suggest: Callable[[Visit[C], str, str], Sequence[Option]]
    account: Callable[[str], str]
    called: Callable[[str], str] = str

    def label_of(self, view: str) -> str:
        """What the navigation calls a view."""
        for service in self.services:
            for _, entries in service.groups:
                for label, name in entries:
                    if name == view:
                        return label
        return view


def face_of(provider: str) -> Face[Any]:
    """The one for a cloud; each is imported only where it is shown."""
    if provider == "azure":
        from sandbox.console.azure.face import AZURE

        return AZURE
    from sandbox.console.aws.face import AWS

    return AWS
