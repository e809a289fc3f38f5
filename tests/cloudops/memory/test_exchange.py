"""Workflows in files: what goes out, and what does not come in."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudops.errors import Misused
from cloudops.memory import exchange
from cloudops.state.workflow import Thing
from fakes.ground import named, workflow
from modalities.change import Attach
from modalities.codec import encode
from modalities.plan import digest_of
from modalities.resource import Kind
from modalities.wanted import Disk

DISK = workflow(Attach(what=Disk(name="data-1", gib=40), to=named("api-1")))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ours.json"


def forged(file: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """The file with something else in it, and a digest that fits."""
    data = json.loads(file.read_text())
    change(data)
    data["digest"] = digest_of(data)
    file.write_text(json.dumps(data))


def refused(file: Path) -> str:
    with pytest.raises(Misused) as caught:
        exchange.load(file)
    assert caught.value.remedy
    return f"{caught.value.summary}: {caught.value.detail}"


def test_what_goes_out_comes_in_untrusted(file: Path) -> None:
    assert exchange.export([DISK], file).workflows == (DISK.id,)
    assert exchange.load(file) == (replace(DISK, trusted=False, origin="ours.json"),)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_account_and_no_run_is_in_it(file: Path) -> None:
    exchange.export([DISK], file)
    text = file.read_text()
    for each in ("123456789012", "us-east-1", "run-1", "i-0a1b2c3d4e5f6", "api-1", "data-1"):
        assert each not in text


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        ("bucket-of-123456789012", "it names an account"),
        ("0f1e2d3c-aaaa-bbbb-cccc-0123456789ab", "it names an account"),
        ("AKIAIOSFODNN7EXAMPLE", "it holds a secret"),
    ],
)
def test_what_is_private_stays_here(file: Path, thing: str, why: str) -> None:
    tied = replace(DISK, things=(Thing(kind=Kind.BUCKET, by="name", name=thing),))
    done = exchange.export([DISK, tied], file)
    assert done.left_out == ((DISK.id, why),)
    assert thing not in file.read_text()


def test_nothing_is_overwritten_unasked(file: Path) -> None:
    file.write_text("precious")
    with pytest.raises(Misused, match="is there already"):
        exchange.export([DISK], file)
    assert file.read_text() == "precious"
    exchange.export([DISK], file, force=True)
    assert exchange.load(file)
    with pytest.raises(Misused, match="cannot be made"):
        exchange.export([DISK], file / "not" / "there")


@pytest.mark.parametrize("share", [0, 1, 40, 50, 99])
def test_half_written(file: Path, share: int) -> None:
    exchange.export([DISK], file)
    text = file.read_text()
    file.write_text(text[: len(text) * share // 100])
    assert "cut short" in refused(file) or "holds no workflows" in refused(file)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x00\xff\xfe\x80", "not text in UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[]", "something else"),
        (b'{"schema_version": 1, "steps": []}', "something else"),
        (b'{"schema_version": 2, "workflows": []}', "made by a newer cloudops"),
        (b'{"schema_version": true, "workflows": []}', "schema version True"),
        (b'{"schema_version": "1", "workflows": []}', "schema version '1'"),
        (b'{"schema_version": 1, "workflows": []}', "digest does not fit"),
        (b'{"schema_version": ' + b"9" * 5000 + b', "workflows": []}', "number that is too long"),
    ],
)
def test_something_else(file: Path, content: bytes, why: str) -> None:
    file.write_bytes(content)
    assert why in refused(file)


def test_too_large(file: Path) -> None:
    with file.open("wb") as out:
        out.truncate(exchange.MOST_BYTES + 1)
    assert "too large" in refused(file)


def test_not_there_or_a_directory(file: Path, tmp_path: Path) -> None:
    assert "cannot be read" in refused(file)
    assert "no plain file" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "no plain file" in refused(tmp_path / "pipe"), "nobody waits for a writer"


def test_an_edit_is_noticed(file: Path) -> None:
    exchange.export([DISK], file)
    file.write_text(file.read_text().replace("AttachVolume", "DeleteVolume"))
    assert "digest does not fit" in refused(file)


def test_too_many(file: Path) -> None:
    exchange.export([DISK], file)
    forged(file, lambda d: d.update(workflows=d["workflows"] * (exchange.MOST + 1)))
    assert "more than 1000" in refused(file)


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("id", "wf-../../etc", "id is none of ours"),
        ("steps", [], "no steps"),
        ("steps", [7], "lacks a part"),
        ("steps", [{"$parameter": 0}], "lacks a part"),
        ("defaults", [{"$parameter": 99}], "no parameter 99"),
        ("defaults", [{"$parameter": -1}], "no parameter -1"),
        ("defaults", [{"$place": "password"}], "no place 'password'"),
        ("defaults", [{"$thing": 0}], "nothing is taken"),
        ("defaults", [{"$parameter": 0, "$place": "run"}], "several things"),
        ("defaults", [["a", "list"]], "no text"),
        ("things", [{"kind": "vm", "by": "link", "of": 0}], "tied to one that is not before"),
        ("things", [{"kind": "vm", "by": "parameter", "of": 9}], "parameter that is not there"),
        ("hand", "cli", "not for the cli hand"),
        ("hand", "telepathy", "hand"),
        ("more", 1, "more"),
    ],
)
def test_a_forged_workflow_with_a_digest_that_fits(
    file: Path, part: str, value: Any, why: str
) -> None:
    exchange.export([DISK], file)
    forged(file, lambda d: d["workflows"][0].update({part: value}))
    assert why in refused(file)


def test_all_or_none(file: Path) -> None:
    exchange.export([DISK], file)
    forged(file, lambda d: d["workflows"].append({**encode(DISK), "steps": []}))
    assert "number 2" in refused(file)
