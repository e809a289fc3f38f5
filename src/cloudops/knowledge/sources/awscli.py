"""What awscli's own examples say: sentences for commands, and commands no API has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from cloudops.knowledge.contract import Operation, Part, Source
from modalities.resource import Provider

HEADING = re.compile(r"^\*\*(.+?)\*\*\s*:*\s*$", re.M)
LEAD = re.compile(r"^(Example \d+\s*[:.]?\s*)?(To\s+)?", re.I)
SENTENCE = re.compile(r"^(?=\S)(?!\*\*|\.\.|Output|For more|Command)(.+?::)\s*$", re.M | re.S)
COMMAND = re.compile(r"^\s+aws ((?:[a-z0-9][\w-]* )?[a-z0-9][\w-]*)", re.M)
MARKS = re.compile(r"[`*]|<[^>]*>`?_*")
TITLE = re.compile(r"^\*\*|^[=\-~]{3,}$")
MOST = 240
"""Characters of a sentence that is kept."""


def source(home: Path, version: str) -> Source:
    """``home`` is awscli's directory of examples: a directory a service, a file a command."""
    folders = sorted(path for path in home.glob("*/") if path.is_dir())
    return Source("awscli", version, tuple(_part(folder) for folder in folders))


def _part(folder: Path) -> Part:
    return Part(name=f"aws {folder.name} examples", read=lambda: tuple(_read(folder)))


def _read(folder: Path) -> Iterator[Operation]:
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("*.rst")):
        if file.name.startswith("_"):
            continue
        words = file.relative_to(folder).with_suffix("").parts
        text = file.read_text(encoding="utf-8", errors="replace")
        command = " ".join(("aws", folder.name, *words)).removesuffix("-examples")
        found[command] += sentences(text)
    yield from _operations(found)


def _operations(found: Mapping[str, list[str]]) -> Iterator[Operation]:
    for command, told in found.items():
        yield Operation(provider=Provider.AWS, command=command, examples=tuple(dict.fromkeys(told)))


def sentences(text: str) -> list[str]:
    """The headings of a file of examples, without "To" and numbers; where it has none, what
    stands before its commands."""
    headings = [_clean(LEAD.sub("", each, count=1)) for each in HEADING.findall(text)]
    if not headings:
        headings = [_clean(each) for each in SENTENCE.findall(text)]
    return [each for each in headings if each and not each.lower().startswith("output")]


def _clean(text: str) -> str:
    return " ".join(MARKS.sub("", text).split()).rstrip(":. ")[:MOST]
