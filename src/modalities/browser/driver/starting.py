"""Playwright, started without anything of ours in its surroundings.

Its library gives its own process a copy of our environment, credentials included, and has no way
to be told otherwise. So the function by which it makes that copy is replaced by one that makes
another, for the whole process, once. Where a version of Playwright has no such function we cannot
know what its process would be given, and it is not started.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING

from modalities.receipt import CloudError, Trouble

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

PLACES = ("playwright._impl.transport", "playwright._impl._transport")
"""Where it starts its process, the newer place first."""

MAKER = "get_driver_env"

OWN = ("PW_LANG_NAME", "PW_LANG_NAME_VERSION", "PW_CLI_DISPLAY_VERSION")
"""Variables by which it tells its process who asks."""


def started(environment: Mapping[str, str]) -> Playwright:
    """Its process has exactly ``environment``, and its :data:`OWN`. Raises CloudError."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise unavailable("NoPlaywright", "the playwright package is missing") from None
    _bare(environment)
    try:
        return sync_playwright().start()
    except Error as error:
        raise unavailable("PlaywrightNotStarted", str(error).splitlines()[0]) from None


def _bare(environment: Mapping[str, str]) -> None:
    """Raises CloudError where it cannot be had."""
    place = _place()
    given = getattr(place, MAKER)
    own = {name: value for name, value in given().items() if name in OWN}
    setattr(place, MAKER, lambda: {**environment, **own})


def _place() -> ModuleType:
    for name in PLACES:
        with suppress(ImportError):
            place = importlib.import_module(name)
            if callable(getattr(place, MAKER, None)):
                return place
    raise unavailable(
        "PlaywrightUnknown",
        "this version of playwright cannot be started without our environment",
        remedy="install the version of playwright that this version of cloudops was made for",
    )


def unavailable(code: str, message: str, remedy: str = "") -> CloudError:
    return CloudError(Trouble.UNAVAILABLE, code, message, sent=False, remedy=remedy)
