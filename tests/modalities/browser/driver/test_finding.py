"""Which browser is used, and what is said where there is none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from modalities.browser.driver.chromium import Browser
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.finding import OVERRIDE, candidates, search
from modalities.browser.driver.verbs import Goto
from modalities.codec import Malformed
from modalities.receipt import CloudError


def program(path: Path, says: str, status: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_first_that_works_and_is_not_too_old(tmp_path: Path) -> None:
    places = (
        program(tmp_path / "broken", "no", 1),
        program(tmp_path / "old", "Chromium 90.0.1"),
        program(tmp_path / "other", "Firefox 140.0"),
        program(tmp_path / "good", "Google Chrome 150.0.7"),
    )

    found = search(places)

    assert found.tool is not None
    assert (found.tool.path, found.tool.version) == (places[3], "150.0.7")
    assert [why for _, why in found.passed] == [
        "does not work: exit status 1: no",
        "is version 90.0.1, and 120 is needed",
        "does not work: Firefox 140.0",
    ]


def test_where_none_is_there_that_is_said_with_what_to_do() -> None:
    with pytest.raises(CloudError, match="there is no browser") as error:
        search(()).required()

    assert "playwright install chromium" in error.value.remedy
    assert not error.value.sent


def test_nothing_works_without_a_browser_and_nothing_is_left(tmp_path: Path) -> None:
    browser = Browser(found=search((tmp_path / "none",)))

    with pytest.raises(CloudError, match="no browser can be used"), browser:
        Driver(browser, "http://127.0.0.1:1/").look()


def test_one_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "mine"))

    assert candidates() == (tmp_path / "mine",)


def test_a_relative_place_on_the_path_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "chromium", "Chromium 150.0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")

    assert all(path.is_absolute() for path in candidates())


def test_a_browser_that_died_is_told_and_the_next_call_starts_another(browser: Browser) -> None:
    """The session's own browser is left alone."""
    with Browser() as mine, Driver(mine, "http://127.0.0.1:1/") as web:
        mine.call(lambda launched: launched.close())
        assert web.do([Goto("/x")]).stop is not None
        assert web.look().url.startswith("chrome-error:")


def test_a_batch_with_a_fault_does_nothing(browser: Browser) -> None:
    web = Driver(browser, "http://127.0.0.1:1/")
    for fault in ({"verb": "jump"}, {"verb": "click"}, {"verb": "click", "name": "a", "x": 1}):
        with pytest.raises(Malformed):
            web.do([fault])

    assert web.count.decisions == 0
