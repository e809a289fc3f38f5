"""Requests for a vendor's own operations, read by the index of what the installed tools know.

Asked after the grammar, and before any model: where the index is certain, none is needed.
Nothing is guessed: each word of the request must be accounted for, what is missing is asked,
and where more than one operation may be meant, they are shown and nothing is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from cloudops.errors import NotUnderstood
from cloudops.request import Context, Intent, Request
from modalities.action import CliCommand, SdkCall
from modalities.resource import Provider
from modalities.step import Effect

if TYPE_CHECKING:
    from cloudops.knowledge.knowledge import Knowledge
    from cloudops.planner.by_knowledge.arm.tables import Tables

    Opened: TypeAlias = Callable[[], Knowledge | None]
    """The index, open for one request; None where it is not built."""

EffectOf: TypeAlias = Callable[[SdkCall | CliCommand], Effect]

LONGEST = 600
"""Characters; a longer request is no single operation."""

LONGER = re.compile(
    r"\b(application security group|network security perimeter|public ip(-| )prefix"
    r"|virtual network (gateway|tap|appliance)|local network gateway|disk (access|encryption set)"
    r"|network (manager|watcher|profile)|storage account keys?)",
    re.I,
)
"""Azure's things whose names have a word of the grammar's in them; it knows none of them."""

NOT_BUILT = "`cloudops knowledge build`, once, lets the cloud's other operations be asked for, too"


class Reader(Protocol):
    """As cloudops.engine.contract.Interpreter."""

    def interpret(self, request: Request, context: Context) -> Intent: ...


class KnowledgeInterpreter:
    """Asks ``first``, and the index only about what that does not understand. It is never built
    here: that takes minutes. ``effect_of`` tells what a call does, by the vendor's model.
    ``tables`` are Azure's, which are there as they are; without them nothing is read of it."""

    def __init__(
        self,
        first: Reader,
        opened: Opened,
        effect_of: EffectOf,
        tables: Callable[[], Tables] | None = None,
    ) -> None:
        self._first = first
        self._opened = opened
        self._effect_of = effect_of
        self._tables = tables

    def interpret(self, request: Request, context: Context) -> Intent:
        """Raises NotUnderstood, with what is missing or what may be meant."""
        provider = request.cloud or context.cloud or Provider.AWS
        tables = self._tables if provider is Provider.AZURE else None
        if tables is not None and LONGER.search(request.text):
            return _of_azure(request.text, tables(), NotUnderstood("not understood"))
        try:
            return self._first.interpret(request, context)
        except NotUnderstood as stop:
            if len(request.text) > LONGEST:
                raise
            if tables is not None:
                return _of_azure(request.text, tables(), stop)
            if stop.questions or provider is not Provider.AWS:
                raise
            return self._second(request.text, provider, stop)

    def _second(self, text: str, provider: Provider, stop: NotUnderstood) -> Intent:
        from cloudops.planner.by_knowledge.reading import read

        knowledge = self._opened()
        if knowledge is None:
            raise _unbuilt(stop)
        with knowledge:
            return read(text, provider, knowledge, self._effect_of, stop)


def _of_azure(text: str, tables: Tables, stop: NotUnderstood) -> Intent:
    """What the grammar would ask about is read here where it is whole."""
    from cloudops.planner.by_knowledge.arm.reading import read

    try:
        return read(text, tables, stop)
    except NotUnderstood:
        if stop.questions:
            raise stop from None
        raise


def _unbuilt(stop: NotUnderstood) -> NotUnderstood:
    return NotUnderstood(
        stop.summary,
        nearest=stop.nearest,
        detail=stop.detail,
        remedy="; ".join(filter(None, (stop.remedy, NOT_BUILT))),
    )
