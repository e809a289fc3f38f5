"""Requests as the browser itself tells of them: what came by a gate, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from modalities.browser.driver import redirects
from modalities.browser.driver.gate import Gate
from modalities.browser.driver.redirects import Let, Redirects

BASE = "http://127.0.0.1:8000/"


class Browser:
    """A browser that pauses what it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self._pause: Callable[[dict[str, Any]], None] = lambda _: None

    def new_browser_cdp_session(self) -> Browser:
        return self

    def on(self, _event: str, pause: Callable[[dict[str, Any]], None]) -> None:
        self._pause = pause

    def send(self, method: str, given: dict[str, Any]) -> None:
        self.sent.append((method.removeprefix("Fetch."), given))

    def goes_on(self, method: str, path: str, chain: str = "c1", *, after: str = "") -> bool:
        request = {"method": method, "url": BASE + path}
        event = {"requestId": "r1", "networkId": chain, "request": request}
        self._pause(event | ({"redirectedRequestId": after} if after else {}))
        return self.sent[-1][0] == "continueRequest"


class Window:
    """What lets requests out."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def seen(browser: Browser) -> Redirects:
    return Redirects(cast(Any, browser))


@pytest.fixture
def window() -> Window:
    return Window(Gate(BASE))


def test_what_a_gate_let_out_goes_on_once(
    browser: Browser, seen: Redirects, window: Window
) -> None:
    seen.let_out("POST", BASE + "vm#top", Let(window))

    assert [browser.goes_on("POST", "vm") for _ in range(2)] == [True, False]
    assert window.gate.taken().blocked == [f"POST {BASE}vm"]


def test_what_follows_is_put_before_the_gate_of_that_moment(
    browser: Browser, seen: Redirects, window: Window
) -> None:
    seen.let_out("POST", BASE + "vm", Let(window, b"n=1", "application/x-www-form-urlencoded"))
    again = {"method": "POST", "path": "/vm2", "fields": {"n": "1"}}
    browser.goes_on("POST", "vm")

    assert not browser.goes_on("POST", "vm2", after="r1")
    window.gate = Gate(BASE, approved=(again,))
    assert browser.goes_on("POST", "vm2", after="r1")
    assert browser.goes_on("GET", "done", after="r1")


def test_a_redirect_of_a_chain_that_nobody_knows_may_only_read(
    browser: Browser, seen: Redirects
) -> None:
    assert browser.goes_on("GET", "a", "c9", after="r1")
    assert not browser.goes_on("POST", "a", "c9", after="r1")


def test_not_everything_is_remembered(
    browser: Browser, seen: Redirects, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redirects, "CHAINS", 2)
    for number in range(4):
        seen.let_out("POST", f"{BASE}{number}", Let(window))

    assert [browser.goes_on("POST", str(n), f"c{n}") for n in range(4)] == [
        False,
        False,
        True,
        True,
    ]
