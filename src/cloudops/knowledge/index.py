"""The index as it is asked: candidates for words, best first."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cloudops.knowledge.contract import Operation
from cloudops.knowledge.features import Asked, Scale, features, heard
from cloudops.knowledge.storing import Words, unpacked
from modalities.resource import Provider

WIDE = 120
"""Operations looked at closely for each request, and half as many by their examples."""

COLUMNS = (0.0, 2.0, 8.0, 3.0, 4.0, 1.0, 1.0)
"""What a word weighs in each column of ``said``, for BM25."""

MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class Row:
    """An operation as far as it is needed to compare it."""

    number: int
    key: str
    family: str
    words: Words
    examples: tuple[tuple[str, ...], ...]
    rank: float


@dataclass(frozen=True, slots=True)
class Compared:
    row: Row
    features: tuple[float, ...]


class Index:
    """Open until closed; one thread. Raises sqlite3.Error where the file is none."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        self._rarity: dict[str, float] = {}

    def close(self) -> None:
        self._database.close()

    def operation(self, key: str) -> Operation | None:
        """By its command (``aws ec2 run-instances``), or SDK call (``azure compute
        disks.list``)."""
        found = self._database.execute(
            "SELECT body FROM operation WHERE key = ?", (key,)
        ).fetchone()
        return unpacked(found[0]) if found else None

    def numbered(self, number: int) -> Operation:
        found = self._database.execute("SELECT body FROM operation WHERE id = ?", (number,))
        return unpacked(found.fetchone()[0])

    def facts(self) -> Mapping[str, str]:
        return dict(self._database.execute("SELECT name, value FROM fact"))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Operations by provider."""
        rows = self._database.execute("SELECT provider, count(*) FROM operation GROUP BY provider")
        return dict(rows)

    def sentences(self, most: int) -> list[tuple[str, str]]:
        """Some of the examples, spread over all: provider and sentence."""
        rows = self._database.execute(
            "SELECT provider, sentence FROM example JOIN operation"
            " ON example.operation = operation.id ORDER BY example.id * 7919 % 10007 LIMIT ?",
            (most,),
        )
        return list(rows)

    def compared(
        self,
        text: str,
        provider: Provider,
        *,
        without: frozenset[str] = frozenset(),
        examples: bool = True,
        commands: bool = True,
    ) -> tuple[Asked, list[Compared]]:
        """What may be meant, with all in which it is like ``text``; in no order.

        For measuring: ``without`` are sentences that are left out as examples, ``examples``
        False leaves out all. ``commands`` False also takes what only an SDK has.
        """
        asked = heard(text)
        ranks = self._ranks(asked, provider)
        shown = self._shown(asked, provider, without) if examples else {}
        rows = self._rows(ranks, shown, commands=commands)
        told = self._examples([row.number for row in rows], without) if examples else {}
        scale = Scale(asked, self.weigh)
        best = max(ranks.values(), default=1.0) or 1.0
        return asked, [
            Compared(
                row,
                features(
                    scale,
                    row.words,
                    rank=row.rank / best,
                    shown=self._families.get(row.family, 0.0),
                    examples=told.get(row.number, ()),
                ),
            )
            for row in rows
        ]

    def _ranks(self, asked: Asked, provider: Provider) -> dict[int, float]:
        weights = ", ".join(map(str, COLUMNS))
        return self._matched("said", f"bm25(said, {weights})", asked, provider, WIDE)

    def _shown(self, asked: Asked, provider: Provider, without: frozenset[str]) -> dict[int, float]:
        found = self._matched("shown", "bm25(shown)", asked, provider, WIDE // 2)
        marks = ",".join("?" * len(found))
        rows = self._database.execute(
            f"SELECT operation, sentence FROM example WHERE id IN ({marks})",  # noqa: S608
            tuple(found),
        )
        return {number: 0.0 for number, sentence in rows if sentence not in without}

    def _matched(
        self, table: str, order: str, asked: Asked, provider: Provider, most: int
    ) -> dict[int, float]:
        """Rows with any of the words, the rarest of them where there are many."""
        words = sorted(set(asked.words), key=self.weigh, reverse=True)[:MOST_WORDS]
        if not words:
            return {}
        either = " OR ".join(f'"{word}"' for word in words)
        rows = self._database.execute(
            f"SELECT rowid, -{order} AS rank FROM {table} WHERE {table} MATCH ?"  # noqa: S608
            f" ORDER BY {order} LIMIT ?",
            (f"x{provider} AND ({either})", most),
        )
        return dict(rows)

    def _rows(
        self, ranks: Mapping[int, float], shown: Mapping[int, float], *, commands: bool
    ) -> list[Row]:
        numbers = tuple({**shown, **ranks})
        marks = ",".join("?" * len(numbers))
        found = self._database.execute(
            "SELECT id, key, family, verb, nouns, family_words, lead, about, parameters"  # noqa: S608
            f" FROM operation WHERE id IN ({marks})",
            numbers,
        )
        return [
            Row(number, key, family, _words(*texts), (), ranks.get(number, 0.0))
            for number, key, family, *texts in found
            if commands is False or key.startswith(("aws ", "az "))
        ]

    def _examples(
        self, numbers: Sequence[int], without: frozenset[str]
    ) -> Mapping[int, tuple[tuple[str, ...], ...]]:
        marks = ",".join("?" * len(numbers))
        found: dict[int, list[tuple[str, ...]]] = {}
        for number, sentence, words in self._database.execute(
            "SELECT operation, sentence, words FROM example"  # noqa: S608
            f" WHERE operation IN ({marks})",
            tuple(numbers),
        ):
            if sentence not in without:
                found.setdefault(number, []).append(tuple(words.split()))
        return {number: tuple(each) for number, each in found.items()}

    @cached_property
    def _families(self) -> Mapping[str, float]:
        """How much is shown of each service, 0 to 1: the vendor's own measure of use."""
        rows = self._database.execute(
            "SELECT family, count(*) FROM operation JOIN example"
            " ON example.operation = operation.id GROUP BY family"
        ).fetchall()
        most = max((math.log1p(count) for _, count in rows), default=1.0)
        return {family: math.log1p(count) / most for family, count in rows}

    def weigh(self, word: str) -> float:
        """How rare a word is: the logarithm of how many operations there are for one that
        has it."""
        if not self._rarity:
            self._load()
        return self._rarity.get(word, self._rarest)

    def _load(self) -> None:
        """All words at once: asking for each takes longer than 20,000 take."""
        whole = sum(self.counts.values()) or 1
        rows: Iterable[tuple[str, int]] = self._database.execute("SELECT term, doc FROM vocabulary")
        self._rarity = {term: math.log(1 + whole / (0.5 + count)) for term, count in rows}
        self._rarest = math.log(1 + whole / 0.5)


def _words(verb: str, *texts: str) -> Words:
    return Words(verb, *(tuple(text.split()) for text in texts))
