"""A module's home: its files, its locks, and what is noted about it."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from fakes.aws import sandbox_target
from modalities.iac.clones import clone
from modalities.iac.diagnostics import Held
from modalities.iac.home import Home, digest_of, edited
from modalities.iac.homes import patience
from modalities.iac.processes import Processes
from modalities.receipt import CloudError, Trouble


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "iac" / "lab", tmp_path / "iac" / "lab" / ".cloudops")
    made.make()
    return made


@pytest.fixture
def own(tmp_path: Path) -> Home:
    (tmp_path / "mine").mkdir()
    return Home(tmp_path / "mine", tmp_path / "records", own=True)


def test_ours_is_for_its_owner_alone(home: Home) -> None:
    home.write({"main.tf": "# secret"})
    for path in (home.module, home.records, home.module.parent):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (home.module / "main.tf").stat().st_mode & 0o777 == 0o600


def test_a_persons_files_keep_their_mode_and_their_bytes(own: Home) -> None:
    kept, edit = own.module / "kept.tf", own.module / "edit.tf"
    kept.write_bytes(b"a = 1\r\n")
    edit.write_text("b = 1\n")
    edit.chmod(0o640)
    before = kept.stat().st_mtime_ns
    own.write({"kept.tf": "a = 1\r\n", "edit.tf": "b = 2\n"})
    assert kept.stat().st_mtime_ns == before
    assert (edit.read_text(), edit.stat().st_mode & 0o777) == ("b = 2\n", 0o640)
    assert own.files() == {"kept.tf": "a = 1\r\n", "edit.tf": "b = 2\n"}


def test_a_link_is_written_through(own: Home, tmp_path: Path) -> None:
    (tmp_path / "shared.tf").write_text("a")
    (own.module / "shared.tf").symlink_to(tmp_path / "shared.tf")
    own.write({"shared.tf": "b"})
    assert (tmp_path / "shared.tf").read_text() == "b"
    assert (own.module / "shared.tf").is_symlink()


def test_any_edit_of_the_code_moves_its_digest(home: Home) -> None:
    home.write({"main.tf": "a"})
    before = digest_of(home.files())
    (home.module / "notes.txt").write_text("no code")
    assert digest_of(home.files()) == before
    (home.module / "terraform.tfvars").write_text("a = 1")
    assert digest_of(home.files()) != before
    assert edited({"a": "1", "b": "2"}, {"a": None, "c": "3"}) == {"b": "2", "c": "3"}


@pytest.mark.parametrize("text", ["{", "[]", "null"])
def test_a_state_that_is_none_is_said(home: Home, text: str) -> None:
    (home.module / "terraform.tfstate").write_text(text)
    with pytest.raises(CloudError) as caught:
        home.state()
    assert caught.value.code == "BrokenState"
    assert caught.value.remedy


def test_code_that_is_no_text_is_said(home: Home) -> None:
    (home.module / "main.tf").write_bytes(b"\xff\xfe")
    with pytest.raises(CloudError, match="cannot be read"):
        home.files()


def _hold(home: Home, held: object, free: object) -> None:
    with home.locked(5):
        held.set()  # type: ignore[attr-defined]
        free.wait(20)  # type: ignore[attr-defined]


def test_two_processes_do_not_write_one_home(home: Home) -> None:
    context = multiprocessing.get_context("fork")
    held, free = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(home, held, free))
    other.start()
    try:
        assert held.wait(10)
        with pytest.raises(CloudError) as caught, home.locked(0.1):
            pass
        assert caught.value.trouble is Trouble.CONFLICT
        assert f"process {other.pid}" in caught.value.message
    finally:
        free.set()
        other.join()
    with home.locked(5):
        pass


def test_a_killed_holder_leaves_no_lock(home: Home) -> None:
    context = multiprocessing.get_context("fork")
    held, free = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(home, held, free))
    other.start()
    assert held.wait(10)
    other.kill()
    other.join()
    with home.locked(5):
        pass


def test_the_state_is_elsewhere_where_the_code_says_so(own: Home) -> None:
    (own.module / "main.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    assert not own.elsewhere
    (own.module / "main.tf").write_text('terraform {\n  backend "s3" {}\n}\n')
    assert own.elsewhere


def test_a_clone_is_the_module_after_the_edition_and_the_module_stays(own: Home) -> None:
    (own.module / "main.tf").write_text("a")
    (own.module / "old.tf").write_text("b")
    (own.module / "files").mkdir()
    (own.module / "files" / "user-data").write_text("c")
    with clone(own, {"main.tf": "A", "old.tf": None, "new.tf": "n"}) as directory:
        found = {p.name: p.read_text() for p in directory.iterdir() if p.is_file()}
        assert found == {"main.tf": "A", "new.tf": "n"}
        assert (directory / "files" / "user-data").read_text() == "c"
    assert not directory.exists()
    assert own.files() == {"main.tf": "a", "old.tf": "b"}


@pytest.mark.parametrize(("timeout", "seconds"), [(5.0, 180.0), (30.0, 180.0), (90.0, 540.0)])
def test_a_slower_target_is_given_more_time_to_plan(timeout: float, seconds: float) -> None:
    assert patience(sandbox_target(None, timeout=timeout)) == seconds


def test_a_clone_reaches_modules_beside_it(tmp_path: Path) -> None:
    module = tmp_path / "live" / "eu"
    module.mkdir(parents=True)
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "x.tf").write_text("x")
    (module / "main.tf").write_text('module "m" {\n  source = "../../modules"\n}\n')
    with clone(Home(module, tmp_path / "records", own=True), {}) as directory:
        assert (directory / "../../modules/x.tf").read_text() == "x"
        copied = Home(directory, directory / ".cloudops", lent=True)
        with clone(copied, {}) as second:  # what is planned anew in a copy of a cloud
            assert (second / "../../modules/x.tf").read_text() == "x"


@pytest.mark.parametrize(
    ("given", "noted", "file"),
    [
        ("", "", "terraform.tfstate"),
        ("default", "blue", "terraform.tfstate"),
        ("", "blue\n", "terraform.tfstate.d/blue/terraform.tfstate"),
        ("green", "blue", "terraform.tfstate.d/green/terraform.tfstate"),
    ],
)
def test_the_state_is_that_of_the_workspace(
    own: Home, monkeypatch: pytest.MonkeyPatch, given: str, noted: str, file: str
) -> None:
    monkeypatch.setenv("TF_WORKSPACE", given)
    (own.module / ".terraform").mkdir()
    (own.module / ".terraform" / "environment").write_text(noted)
    (own.module / file).parent.mkdir(parents=True, exist_ok=True)
    (own.module / file).write_text('{"serial": 7}')
    assert own.state() == {"serial": 7}


@pytest.mark.parametrize(
    ("backend", "elsewhere"),
    [
        ('backend "s3" {', True),
        ('backend "local" {\n    path = "x.tfstate"', True),
        ('backend "local" {', False),
        ("cloud {", True),
    ],
)
def test_who_keeps_the_state(own: Home, backend: str, elsewhere: bool) -> None:
    (own.module / "main.tf").write_text(f"terraform {{\n  {backend}\n  }}\n}}\n")
    assert own.elsewhere is elsewhere


def lock(who: str, at: float) -> Held:
    text = time.strftime("%Y-%m-%d %H:%M:%S.123456789 +0000 UTC", time.gmtime(at))
    return Held("1", who, text, "OperationTypeApply")


def test_a_lock_is_ours_where_our_process_is_gone(tmp_path: Path) -> None:
    here, now = f"me@{socket.gethostname()}", time.time()
    ours = Processes(tmp_path)
    assert not ours.left(lock(here, now))
    (tmp_path / "999999999.json").write_text(f'{{"pid": 999999999, "since": {now}}}')
    assert ours.left(lock(here, now + 1))
    assert not ours.left(lock("ann@elsewhere", now + 1))
    assert not ours.left(lock(here, now - 3600))
    assert not ours.left(Held("1", here, "yesterday", ""))
    with ours.noted(os.getppid()):
        (tmp_path / f"{os.getppid()}.json").write_text(f'{{"pid": {os.getppid()}, "since": {now}}}')
        assert not ours.left(lock(here, now + 1))
    ours.clean()
    assert not ours.left(lock(here, now + 1))


def test_who_outlived_a_killed_run_is_waited_for(tmp_path: Path) -> None:
    ours = Processes(tmp_path)
    with subprocess.Popen(["sleep", "0.3"]) as orphan:
        (tmp_path / f"{orphan.pid}.json").write_text(
            f'{{"pid": {orphan.pid}, "since": {time.time()}}}'
        )
        assert not ours.awaited(0.0)
        assert ours.awaited(30.0)
