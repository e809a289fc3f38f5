"""A browser, and what drives it, know nothing of whoever started them."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from modalities.browser.driver import starting
from modalities.browser.driver.chromium import Browser
from modalities.browser.driver.finding import Search, search
from modalities.receipt import CloudError

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "hush-1",
    "AWS_SESSION_TOKEN": "hush-2",
    "ARM_CLIENT_SECRET": "hush-3",
    "A_TOKEN": "hush-4",
}


@pytest.fixture
def found() -> Search:
    found = search()
    if found.tool is None:
        pytest.skip("no Chromium or Chrome is installed")
    return found


def known(process: psutil.Process) -> str:
    """All it was told when it was started, as anybody with its user can read it."""
    try:
        pairs = process.environ().items()
        return " ".join([*process.cmdline(), *(f"{name}={value}" for name, value in pairs)])
    except psutil.Error:  # over already, or not to be asked (a sandbox of the browser's)
        return ""


def test_no_process_of_it_is_told_our_secrets(
    found: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    before = set(psutil.Process().children(recursive=True))

    with Browser(found=found) as browser:
        browser.call(lambda launched: launched.new_page().goto("data:text/html,x"))
        told = [
            (process.name(), known(process))
            for process in psutil.Process().children(recursive=True)
            if process not in before
        ]

    assert any("run-driver" in text for _, text in told)
    assert len([text for _, text in told if "HOME=" in text]) >= 2
    assert [name for name, text in told if "hush" in text or "A_TOKEN" in text] == []


def test_a_display_is_found_by_what_opens_it(
    found: Search, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its home is an empty one, so where the key of a display is has to be said."""
    (tmp_path / ".Xauthority").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.delenv("XAUTHORITY", raising=False)

    shown, not_shown = (Browser(headed=headed).environment for headed in (True, False))

    assert (shown["DISPLAY"], shown["XAUTHORITY"]) == (":7", str(tmp_path / ".Xauthority"))
    assert not {"DISPLAY", "XAUTHORITY"} & set(not_shown)


def test_a_playwright_that_would_take_our_environment_is_not_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(starting, "PLACES", ("playwright._impl.elsewhere", "playwright"))

    with pytest.raises(CloudError, match="without our environment") as refused:
        starting.started({})

    assert refused.value.code == "PlaywrightUnknown"
    assert not refused.value.sent
