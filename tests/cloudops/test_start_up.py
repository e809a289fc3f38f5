"""Help and version come at once: they import nothing heavy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    *("boto3", "botocore", "openai", "azure", "sqlalchemy", "playwright", "moto", "jinja2"),
    *("rich", "pydantic", "prompt_toolkit", "alembic", "psutil", "psycopg"),
}
VERBS = ["run", "plan", "show", "apply", "resume", "undo", "runs", "state", "locks", "sandbox"]


def imported(*arguments: str) -> tuple[set[str], str]:
    """The packages that a command imported, and what it said."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cloudops", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    names = re.findall(r"^import time:.*\|\s*([\w.]+)$", done.stderr, re.M)
    return {name.partition(".")[0] for name in names}, done.stdout


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_nothing_heavy_is_imported(argument: str) -> None:
    names, said = imported(argument)
    assert "cloudops" in names
    assert names & HEAVY == set()
    assert said


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_imports_only_what_parses(verb: str) -> None:
    names, said = imported(verb, "--help")
    assert names & HEAVY <= {"pydantic"}  # typer's own, to parse what stands before the verb
    assert f"cloudops {verb}" in said


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    assert imported("--version")[1] == f"cloudops {version('cloudops-agent')}\n"


def started(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m`` puts the current directory first on the path, as people do by mistake."""
    return subprocess.run(
        [sys.executable, "-m", "cloudops", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(folder / "state")},
        check=False,
    )


@pytest.mark.parametrize("package", ["modalities", "policies", "sandbox"])
def test_a_foreign_package_in_the_way_is_named_and_not_run(tmp_path: Path, package: str) -> None:
    foreign = tmp_path / package
    foreign.mkdir()
    (foreign / "__init__.py").write_text("raise SystemExit('foreign code ran')")
    done = started(tmp_path, "--version")
    assert done.returncode == 64
    assert f"another package named '{package}' stands in place of ours" in done.stderr
    assert str(foreign / "__init__.py") in done.stderr
    assert "foreign code ran" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_of_that_name_is_no_package_of_ours(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    assert started(tmp_path, "--version").stdout.startswith("cloudops ")
    (tmp_path / "policies.py").write_text("")
    done = started(tmp_path, "--version")
    assert done.returncode == 64
    assert "policies.py" in done.stderr


@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [("run -", "<&-", 10), ("runs", ">&-", 0), ("runs", "2>&-", 0), ("runs", "<&- >&- 2>&-", 0)],
)
def test_streams_that_are_closed_lead_to_nowhere(
    tmp_path: Path, words: str, closed: str, code: int
) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m cloudops {words} {closed}'],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(tmp_path / "state")},
        check=False,
    )
    assert done.returncode == code
    assert "fault" not in done.stderr
