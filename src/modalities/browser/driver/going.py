"""Addresses."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from modalities.browser.driver.contract import Why
from modalities.browser.driver.desk import Desk
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.verbs import Goto


def goto(desk: Desk, verb: Goto) -> str:
    """Open it; what is open already is loaded anew. Raises Halt."""
    from playwright.sync_api import Error

    url = urljoin(desk.base, verb.url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise Halt(Why.BLOCKED, f"{verb.url} is no address of the web")
    timeout = min(desk.limits.load, desk.left) * 1000
    try:
        if url == desk.page.url:
            desk.page.reload(wait_until="commit", timeout=timeout)
        else:
            desk.page.goto(url, wait_until="commit", timeout=timeout)
    except Error as error:
        if desk.page.is_closed():
            raise
        reason = str(error).splitlines()[0].partition(": ")[2]
        desk.stop_loading()
        raise Halt(Why.LOST, f"{verb.url} did not come: {desk.secrets.blanked(reason)}") from None
    return ""
