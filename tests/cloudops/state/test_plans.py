from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloudops.state.contract import StoreError
from cloudops.state.sql import open_store
from modalities.codec import decode, encode, sealed
from modalities.plan import Cost, Plan, digest_of
from modalities.resource import Provider
from modalities.target import Identity

START = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)
PLAN = sealed(
    Plan(
        id="plan-1",
        created_at=START,
        expires_at=START + timedelta(hours=1),
        request="x",
        goal="provision",
        target="staging",
        identity=Identity(Provider.AWS, "1", "us", "ann"),
        steps=(),
    )
)


def test_a_plan_read_back_is_the_same_plan() -> None:
    whole = sealed(replace(PLAN, cost=Cost("USD", 60, (), "2031-05-04")))
    again = decode(Plan, encode(whole))
    assert digest_of(encode(again)) == whole.digest


def edited(path: Path, sql: str, *values: str) -> StoreError:
    with closing(open_store(path)) as store:
        store.put_plan(PLAN)
    with closing(sqlite3.connect(path)) as client, client:
        client.execute(sql, values)
    digest = values[0] if values else PLAN.digest
    with closing(open_store(path)) as store, pytest.raises(StoreError) as caught:
        store.plan(digest)
    return caught.value


def test_a_plan_edited_in_the_database_is_refused(tmp_path: Path) -> None:
    sql = "UPDATE plans SET body = replace(body, 'staging', 'production')"
    error = edited(tmp_path / "state.db", sql)
    assert "its digest is not that of what is there" in str(error)
    assert "cloudops plan" in error.remedy


def test_what_is_no_plan_is_refused_with_the_fault(tmp_path: Path) -> None:
    body = {k: v for k, v in encode(PLAN).items() if k != "goal"}
    sql = "UPDATE plans SET digest = ?1, body = json_remove(body, '$.goal')"
    error = edited(tmp_path / "state.db", sql, digest_of(body))
    assert "goal" in str(error)
