"""The console as a process: started, found again, changed, ended."""

from __future__ import annotations

import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from modalities.resource import Provider
from modalities.target import Realm
from sandbox import record
from sandbox.console.daemon import ORDER, Console, ConsoleStatus, down, down_all, home_of, status
from sandbox.console.hazards import Hazards
from sandbox.console.health import HealthReport
from sandbox.console.settings import Settings
from sandbox.daemon import Sandbox
from sandbox.emulator import SandboxError


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "console"
    down(tmp_path / "console")


def fetched(running: ConsoleStatus, path: str = "signin") -> str:
    with urllib.request.urlopen(running.url + path, timeout=10) as answer:
        return str(answer.read().decode())


def test_from_start_to_end(running: Sandbox, place: Path) -> None:
    console = Console(place, running.target())
    assert console.status() is None
    assert console.down() is False
    up = console.up()
    assert "Sign in as IAM user" in fetched(up)
    assert "123456789012" in fetched(up)
    assert (up.user, len(up.password)) == ("sandbox-admin", 48)
    assert up.password not in repr(up)
    assert console.up() == up == status(place)
    listening = psutil.Process(up.pid).net_connections("inet")
    assert {c.laddr.ip for c in listening if c.status == "LISTEN"} == {"127.0.0.1"}
    for secret in (record.TOKEN, ORDER):
        assert stat.S_IMODE((place / secret).stat().st_mode) == 0o600
    assert console.down() is True
    with pytest.raises(urllib.error.URLError):
        fetched(up)
    assert console.status() is None


def test_other_settings_start_it_anew(running: Sandbox, place: Path) -> None:
    first = Console(place, running.target()).up()
    easy = Settings(hazards=Hazards.none())
    second = Console(place, running.target(), easy).up()
    assert (second.pid, second.password) != (first.pid, first.password)
    assert "Console Home" in fetched(second, "console/home")
    assert Console(place, running.target(), easy).up() == second
    assert Console(place, running.target()).up() == second
    assert Console(place, running.target(region="eu-west-1")).up().pid != second.pid


def test_the_health_it_shows_is_set_from_outside(running: Sandbox, place: Path) -> None:
    console = Console(place, running.target(), Settings(hazards=Hazards.none()))
    console.set_health(HealthReport())
    assert "No recent issues" in fetched(console.up(), "health/home/OpenIssues")


def test_clouds_that_are_not_on_this_machine_are_refused(running: Sandbox, place: Path) -> None:
    real = replace(running.target(), endpoint_url=None, environment={}, realm=Realm.PRODUCTION)
    azure = replace(real, provider=Provider.AZURE)
    for target in (
        *(real, replace(real, endpoint_url="https://ec2.eu-west-1.amazonaws.com")),
        *(azure, replace(azure, endpoint_url="https://management.azure.com")),
    ):
        with pytest.raises(SandboxError, match="on this machine"):
            Console(place, target).up()


def test_a_local_endpoint_the_product_did_not_start(
    running: Sandbox, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its credentials are the caller's own, and go nowhere but into the process."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-mine")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    theirs = replace(running.target(), environment={}, realm=Realm.PRODUCTION)
    up = Console(place, theirs, Settings(hazards=Hazards.none())).up()
    assert "VPCs</a>" in fetched(up, "console/home")
    known = psutil.Process(up.pid).environ()
    assert known["AWS_SECRET_ACCESS_KEY"] == "a-secret-of-mine"
    assert "OPENAI_API_KEY" not in known
    kept = b"".join(file.read_bytes() for file in place.iterdir())
    assert b"a-secret-of-mine" not in kept


def test_the_sandbox_not_answering_is_told_on_the_page(place: Path, tmp_path: Path) -> None:
    gone = Sandbox(tmp_path / "gone")
    gone.up()
    target = gone.target()
    gone.down()
    up = Console(place, target, Settings(hazards=Hazards.none())).up()
    with pytest.raises(urllib.error.HTTPError) as failed:
        fetched(up, "ec2/view/Volumes")
    assert failed.value.code == 502
    assert "nothing answers at" in failed.value.read().decode()


def test_a_taken_port_is_named(running: Sandbox, place: Path) -> None:
    port = running.up()[0].port
    with pytest.raises(SandboxError, match=f"port {port} is taken"):
        Console(place, running.target()).up(port)


def test_all_consoles_end_together(running: Sandbox, tmp_path: Path) -> None:
    for name in ("sandbox", "../odd name"):
        home = home_of(tmp_path, name)
        assert home.parent == tmp_path / "consoles"
        Console(home, running.target()).up()
    assert down_all(tmp_path) == 2
    assert down_all(tmp_path) == 0
