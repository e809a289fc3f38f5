"""Sentences of awscli's examples."""

from __future__ import annotations

from pathlib import Path

from cloudops.knowledge.sources.awscli import sentences, source

TITLED = """**Example 1: To rent a boat**

The following ``rent-boat`` example rents one. ::

    aws boats rent-boat

Output::

    {}

**To give a boat back**
"""
PLAIN = """The following command rents a boat::

  aws boats rent-boat

Output::

  {}
"""


def test_headings_are_what_is_asked() -> None:
    assert sentences(TITLED) == ["rent a boat", "give a boat back"]


def test_without_headings_what_stands_before_a_command() -> None:
    assert sentences(PLAIN) == ["The following command rents a boat"]


def test_a_file_is_a_command(tmp_path: Path) -> None:
    (tmp_path / "boats" / "wait").mkdir(parents=True)
    (tmp_path / "boats" / "rent-boat.rst").write_text(TITLED)
    (tmp_path / "boats" / "wait" / "boat-dry.rst").write_text(PLAIN)
    (part,) = source(tmp_path, "1").parts
    found = {operation.command: operation.examples for operation in part.read()}
    assert found == {
        "aws boats rent-boat": ("rent a boat", "give a boat back"),
        "aws boats wait boat-dry": ("The following command rents a boat",),
    }
