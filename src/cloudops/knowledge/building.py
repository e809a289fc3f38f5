"""Building the index: part by part, each there for good before the next; whole or not at all."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from cloudops.knowledge.contract import Operation, Part, Progress, Source
from cloudops.knowledge.storing import SCHEMA, family_of, packed, unpacked, words_of

FORM = 3
"""Rises whenever what is stored, or how words are cut, changes."""


def edition(sources: Sequence[Source]) -> str:
    """Names what an index was built from: another version of a tool makes another."""
    told = f"{FORM} " + " ".join(f"{source.name}={source.version}" for source in sources)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def place(home: Path, sources: Sequence[Source]) -> Path:
    return home / f"{edition(sources)}.sqlite"


def build(home: Path, sources: Sequence[Source], progress: Progress) -> Path:
    """The index in ``home``, built where it is not there. What was built when a process was
    killed is gone on with; two that build at once do not harm each other's. Raises OSError,
    sqlite3.Error."""
    whole = place(home, sources)
    if whole.is_file():
        return whole
    home.mkdir(parents=True, exist_ok=True)
    draft = whole.with_suffix(".part")
    with closing(sqlite3.connect(draft, timeout=60.0, isolation_level=None)) as database:
        _begin(database)
        _fill(database, [part for source in sources for part in source.parts], progress)
        _finish(database, sources)
    draft.replace(whole)
    for old in home.glob("*.sqlite"):
        if old != whole:
            old.unlink(missing_ok=True)
    return whole


def _begin(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN EXCLUSIVE")
    there = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'fact'").fetchone()
    if not there:
        for statement in SCHEMA.split(";"):
            database.execute(statement)
    database.execute("COMMIT")


def _fill(database: sqlite3.Connection, parts: Sequence[Part], progress: Progress) -> None:
    for number, part in enumerate(parts):
        progress(number, len(parts), part.name)
        if _has(database, part):
            continue
        operations = tuple(part.read())
        database.execute("BEGIN IMMEDIATE")
        if not _has(database, part):
            for operation in operations:
                _put(database, operation)
            database.execute("INSERT INTO part VALUES (?, ?)", (part.name, len(operations)))
        database.execute("COMMIT")
    progress(len(parts), len(parts), "")


def _has(database: sqlite3.Connection, part: Part) -> bool:
    found = database.execute("SELECT 1 FROM part WHERE name = ?", (part.name,)).fetchone()
    return found is not None


def _put(database: sqlite3.Connection, operation: Operation) -> None:
    """A command that is there already gets the examples of this one, and nothing else."""
    found = database.execute(
        "SELECT id, body FROM operation WHERE key = ?", (operation.key,)
    ).fetchone()
    if found is None:
        number = _insert(database, operation)
    else:
        number, before = found[0], unpacked(found[1])
        examples = tuple(dict.fromkeys((*before.examples, *operation.examples)))
        body = packed(replace(before, examples=examples))
        database.execute("UPDATE operation SET body = ? WHERE id = ?", (body, number))
    _put_examples(database, number, operation)


def _insert(database: sqlite3.Connection, operation: Operation) -> int:
    words = words_of(operation)
    row = (operation.key, str(operation.provider), family_of(operation), words.verb)
    texts = [
        " ".join(each)
        for each in (words.nouns, words.family, words.lead, words.about, words.parameters)
    ]
    number = database.execute(
        "INSERT INTO operation VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, *texts, packed(operation)),
    ).lastrowid
    if number is None:
        raise sqlite3.DatabaseError("a row was put in and has no number")
    database.execute(
        "INSERT INTO said (rowid, provider, verb, nouns, family, lead, about, parameters)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, f"x{operation.provider}", words.verb, *texts),
    )
    return number


def _put_examples(database: sqlite3.Connection, number: int, operation: Operation) -> None:
    from cloudops.knowledge.words import asked

    for sentence in operation.examples:
        words = " ".join(asked(sentence))
        example = database.execute(
            "INSERT INTO example VALUES (NULL, ?, ?, ?)", (number, sentence, words)
        ).lastrowid
        database.execute(
            "INSERT INTO shown (rowid, provider, words) VALUES (?, ?, ?)",
            (example, f"x{operation.provider}", words),
        )


def _finish(database: sqlite3.Connection, sources: Iterable[Source]) -> None:
    database.execute("BEGIN IMMEDIATE")
    for table in ("said", "shown"):
        database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
    facts = {f"version of {s.name}": s.version for s in sources}
    database.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts.items())
    database.execute("COMMIT")
