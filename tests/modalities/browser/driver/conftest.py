"""One browser for all tests of the driver, and one window for those that need none of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest

from fakes.website import Page, Site
from modalities.browser.driver.chromium import Browser
from modalities.browser.driver.contract import Limits
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.finding import search
from modalities.browser.driver.gate import Gate

LIMITS = Limits(target=2.0, settle=6.0, load=6.0, batch=60.0)
NUMBERS = count(1)

Open = Callable[..., Driver]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = search()
    if found.tool is None:
        pytest.skip("no Chromium or Chrome is installed")
    with Browser(found=found) as browser:
        yield browser


@pytest.fixture(scope="session")
def shared_site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="session")
def shared(browser: Browser, shared_site: Site) -> Iterator[Driver]:
    gate = Gate(shared_site.url, free=True)
    with Driver(browser, shared_site.url, gate=gate, limits=LIMITS) as web:
        yield web


@pytest.fixture
def opened(shared: Driver, shared_site: Site) -> Open:
    """``opened(page)``: the shared window with this page in it, at an address of its own."""

    def open_page(page: Page) -> Driver:
        path = f"/{next(NUMBERS)}"
        shared_site.pages[path] = page
        shared.begin()
        report = shared.do([{"verb": "goto", "url": path}], signing_in=True)
        assert report.ok, report.stop
        return shared

    return open_page


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def window(browser: Browser, site: Site) -> Iterator[Open]:
    """``window(gate=..., secrets=...)``: a window on ``site``; nothing is open in it yet."""
    with ExitStack() as stack:

        def open_window(**given: Any) -> Driver:
            gate = given.pop("gate", None) or Gate(site.url, free=True)
            limits = given.pop("limits", LIMITS)
            web = Driver(browser, site.url, gate=gate, limits=limits, **given)
            return stack.enter_context(web)

        yield open_window
