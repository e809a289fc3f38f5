"""What the installed tools know: which operation does this, with which parameters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from cloudops.knowledge.building import build, place
from cloudops.knowledge.contract import Candidate, Filled, Operation, Parameter, Progress, Source
from cloudops.knowledge.filling import fill
from cloudops.knowledge.index import Index
from cloudops.knowledge.ranking import ranked
from modalities.action import CliCommand, SdkCall
from modalities.resource import Provider

SURE = 0.7
"""Confidence from which on one operation is proposed. Below it a person chooses: a wrong
proposal costs more than a question. docs/knowledge.md has what this comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One operation that is meant, as far as its parameters were said. It is a proposal like
    any other: effect, risk and permission are judged by the gates, from ``call``."""

    operation: Operation
    confidence: float
    filled: Filled

    @property
    def call(self) -> SdkCall | CliCommand:
        return call_of(self.operation, self.filled.parameters)


@dataclass(frozen=True, slots=True)
class Unsure:
    """No operation is meant surely; ``candidates`` are those that may be."""

    candidates: tuple[Candidate, ...]


Outcome: TypeAlias = Proposal | Unsure


class Knowledge:
    """The index, open for questions. Use as a context manager."""

    def __init__(self, file: Path) -> None:
        self._index = Index(file)

    @staticmethod
    def built(home: Path, sources: Sequence[Source]) -> Knowledge | None:
        """Where it was built before, else None: nothing is built, and nothing is waited for."""
        file = place(home, sources)
        with suppress(sqlite3.Error):
            return Knowledge(file) if file.is_file() else None
        return None

    @staticmethod
    def open(home: Path, sources: Sequence[Source], progress: Progress) -> Knowledge:
        """Built where it is not yet. Raises OSError, sqlite3.Error."""
        return Knowledge(build(home, sources, progress))

    def find(
        self,
        words: str,
        provider: Provider,
        most: int = 5,
        *,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Candidate, ...]:
        """The operations that ``words`` may mean, best first. For measuring: ``without`` are
        sentences that are left out as examples."""
        asked, found = self._index.compared(words, provider, without=without)
        return tuple(
            Candidate(
                operation=self._index.numbered(each.found.row.number),
                score=each.score,
                confidence=each.confidence,
                heard=tuple(w for w in asked.words if w in each.found.row.words.nouns),
            )
            for each in ranked(found)[:most]
        )

    def propose(self, words: str, provider: Provider) -> Outcome:
        """The operation that is meant with what was said of its parameters, or who can tell."""
        head = words.partition(";")[0]
        candidates = self.find(head, provider)
        if not candidates or candidates[0].confidence < SURE:
            return Unsure(candidates)
        first = candidates[0]
        filled = fill(first.operation, words)
        return Proposal(operation=first.operation, confidence=first.confidence, filled=filled)

    def operation(self, key: str) -> Operation | None:
        """By its command (``aws ec2 run-instances``)."""
        return self._index.operation(key)

    @property
    def index(self) -> Index:
        return self._index

    def close(self) -> None:
        self._index.close()

    def __enter__(self) -> Knowledge:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def call_of(operation: Operation, parameters: dict[str, Any]) -> SdkCall | CliCommand:
    """By the SDK where it has the operation, else by its command."""
    if operation.service and operation.name:
        return SdkCall(operation.service, operation.name, parameters)
    by_name = {parameter.name: parameter for parameter in operation.parameters}
    words = [w for name, value in parameters.items() for w in _words(by_name[name], value)]
    return CliCommand((*operation.command.split(), *words))


def _words(parameter: Parameter, value: Any) -> list[str]:
    if value is True:
        return [parameter.option]
    if isinstance(value, dict):
        return [parameter.option, *(f"{key}={_word(each)}" for key, each in value.items())]
    values = value if isinstance(value, list) else [value]
    return [parameter.option, *map(_word, values)]


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
