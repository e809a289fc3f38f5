"""A plan comes back from its file as it was, or not at all."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from cloudops import planfile
from cloudops.errors import Misused
from fakes.saved_plan import plan
from modalities.codec import encode
from modalities.plan import SCHEMA_VERSION, digest_of


def refused(path: Path) -> str:
    with pytest.raises(Misused) as stop:
        planfile.load(path)
    assert stop.value.remedy
    return f"{stop.value.summary}; {stop.value.detail}"


def edited(path: Path, **changes: Any) -> Path:
    """A plan's file with other values, and the digest left as it was."""
    path.write_text(json.dumps({**encode(plan()), **changes}))
    return path


def test_there_and_back(tmp_path: Path) -> None:
    path, made = tmp_path / "plan.json", plan()
    planfile.save(made, path)
    assert planfile.load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_a_plan_may_replace_a_plan_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    planfile.save(plan(), path)
    planfile.save(plan(request="another"), path)
    assert planfile.load(path).request == "another"
    edited(path, request="a third")
    planfile.save(plan(), path)
    path.write_text("precious")
    with pytest.raises(Misused, match="is not a plan: it was left as it is"):
        planfile.save(plan(), path)
    assert path.read_text() == "precious"
    planfile.save(plan(), path, force=True)
    assert planfile.load(path).request == plan().request


@pytest.mark.parametrize("name", ["missing/plan.json", "."])
def test_no_place_for_a_plan(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misused) as stop:
        planfile.save(plan(), tmp_path / name)
    assert "--out" in stop.value.remedy


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Misused) as stop:
        planfile.save(plan(), Path("/proc/plan.json"))
    assert "cannot be written" in stop.value.summary


def test_cut_anywhere_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    planfile.save(plan(), path)
    whole = path.read_bytes().rstrip()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        said = refused(path)
        assert "cut short" in said or "is empty" in said, f"{length}: {said}"
    path.write_bytes(whole[: len(whole) // 2])
    assert "is cut short; it ends in line" in refused(path)


def test_every_edited_value_is_noticed(tmp_path: Path) -> None:
    data = encode(plan())
    for key, value in data.items():
        if key in ("digest", "schema_version"):
            continue
        changed = f"{value}x" if isinstance(value, str) else "x"
        assert "was edited after it was made" in refused(
            edited(tmp_path / "plan.json", **{key: changed})
        ), key


def test_sealed_anew_it_must_still_be_a_plan(tmp_path: Path) -> None:
    data = {**encode(plan()), "steps": "none"}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({**data, "digest": digest_of(data)}))
    assert "is not a plan that can be read; steps:" in refused(path)


def test_a_newer_version_names_both(tmp_path: Path) -> None:
    said = refused(edited(tmp_path / "plan.json", schema_version=SCHEMA_VERSION + 6))
    assert f"schema version is {SCHEMA_VERSION + 6}" in said
    assert f"reads up to {SCHEMA_VERSION}" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello", "it is not JSON: line 1"),
        (b"\x7fELF\xff\xfe", "not text in UTF-8"),
        (b"[1, 2]", "JSON, but of something else"),
        (b'{"schema_version": 1}', "JSON, but of something else"),
        (b'{"schema_version": "1", "steps": []}', "its schema version is '1'"),
        (b'{"schema_version": 1, "steps": []}', "has no digest"),
        (b"[" * 100_000, "not a plan"),
    ],
)
def test_what_is_no_plan(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert said in refused(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "missing")
