"""What is said not to go is not asked to go, whoever read the words."""

from __future__ import annotations

import pytest

from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from policies.words import asked_for


def vm(name: str) -> Resource:
    return Resource(ResourceRef(Provider.AWS, "1/r", Kind.VM, name), f"i-{name}")


WEB, DB = vm("web-1"), vm("db-1")
WORLD = World(Provider.AWS, "1/r", (WEB, DB))


@pytest.mark.parametrize(
    ("text", "web", "db"),
    [
        ("delete web-1", True, False),
        ("do not delete web-1, let it rest", False, False),
        ("don't delete web-1", False, False),
        ("never ever destroy web-1 or db-1", False, False),
        ("stop web-1, but you must not terminate it", False, False),
        ("do not delete web-1; delete db-1", False, True),
        ("delete all VMs. Do not touch db-1", True, False),
        ("delete everything, don’t remove web-1", False, True),
        ("get rid of web-1, do not delete db-1", True, False),
    ],
)
def test_by_word(text: str, web: bool, db: bool) -> None:
    assert (asked_for(WEB, (text,), WORLD), asked_for(DB, (text,), WORLD)) == (web, db)
