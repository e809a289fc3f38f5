"""An index of a few of the vendor's services, in the place where the product looks for that of all.

All of them take a minute or more to build.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from cloudops.app import knowledge_sources
from cloudops.knowledge.building import build, place
from cloudops.knowledge.contract import Source
from cloudops.knowledge.sources.botocore import source


def built(home: Path, *services: str) -> None:
    """In ``home``, where it is not there yet; ``services`` as botocore calls them (``sqs``)."""
    whole = place(home, knowledge_sources())
    if whole.is_file():
        return
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    names = {f"aws {service}" for service in services}
    parts = source(Path(spec.origin).parent / "data", "1").parts
    few = Source("botocore", "1", tuple(part for part in parts if part.name in names))
    assert len(few.parts) == len(names)
    build(home, (few,), lambda *_: None).rename(whole)
