from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.engine import elsewhere
from cloudops.state.contract import Run, Store
from cloudops.state.foreign import TAG
from cloudops.state.sql import open_store
from modalities.drafting import RUN_TAG
from modalities.resource import Kind, Provider, Resource, ResourceRef

NOW = datetime(2031, 5, 4, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "state.db")) as opened:
        opened.begin_run(Run("run-1", "x", "t", "s", "ann", "done", NOW, NOW))
        yield opened


def vm(name: str, run: str | None) -> Resource:
    tags = {} if run is None else {RUN_TAG: run}
    return Resource(ResourceRef(Provider.AWS, "1/us", Kind.VM, name), f"i-{name}", {}, tags)


def test_the_tag_is_the_one_that_is_written() -> None:
    assert TAG == RUN_TAG


def test_our_own_and_strangers_untagged_are_nobody_s(store: Store) -> None:
    world = [vm("a", "run-1"), vm("b", None), vm("c", "")]
    assert elsewhere.foreign_runs(world, store) == {}
    assert elsewhere.said({}) == ""
    assert elsewhere.advisories(world, store) == ()
    store.record(world, run=None, modality="outside", whole="1/us")
    assert store.foreign_runs() == {}


def test_a_run_of_another_state_is_named(store: Store) -> None:
    """The beginning of an id is not the id."""
    world = [vm("a", "run-1"), vm("b", "run"), vm("c", "run-7"), vm("d", "run-7")]
    foreign = elsewhere.foreign_runs(world, store)
    assert foreign == {"run-7": 2, "run": 1}
    (advisory,) = elsewhere.advisories(world, store)
    assert advisory.severity == "warning"
    assert "3 resources were made by runs that this state does not know (run-7, run)" in (
        advisory.text
    )
    assert "state = " in advisory.text
    assert "--state-dir" in advisory.text
    store.record(world, run=None, modality="outside", whole="1/us")
    assert store.foreign_runs() == foreign


def test_of_many_only_some_are_named() -> None:
    assert elsewhere.said({f"r{n}": 1 for n in range(5)}).count("r0, r1, r2, ...") == 1
