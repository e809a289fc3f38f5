"""The wheel holds the four packages with their data, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"cloudops", "modalities", "policies", "sandbox"}

pytest.importorskip("hatchling", reason="hatchling is missing: the wheel cannot be built")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_sources_is_in_it(names: set[str]) -> None:
    sources = {
        str(path.relative_to(ROOT / "src"))
        for package in PACKAGES
        for path in (ROOT / "src" / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    ours = {name for name in names if name.partition("/")[0] in PACKAGES}
    assert ours == sources


def test_nothing_else_is_in_it(names: set[str]) -> None:
    folders = {name.partition("/")[0] for name in names} - PACKAGES
    assert len(folders) == 1
    assert folders.pop().endswith(".dist-info")


def test_what_is_read_at_run_time_is_in_it(names: set[str]) -> None:
    for suffix in (".json", "py.typed"):
        assert any(name.endswith(suffix) for name in names)
    assert any(name.endswith("LICENSE") for name in names)
    assert any(name.startswith("cloudops/state/migrations/versions/v") for name in names)
