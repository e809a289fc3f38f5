"""Requests for a vendor's own operations, read by the index of what the installed tools know.

Asked after the grammar, and before any model: where the index is certain, none is needed.
Nothing is guessed: each word of the request must be accounted for, what is missing is asked,
and where more than one operation may be meant, they are shown and nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from cloudops.errors import NotUnderstood
from cloudops.request import Context, Intent, Request
from modalities.action import CliCommand, SdkCall
from modalities.resource import Provider
from modalities.step import Effect

if TYPE_CHECKING:
    from cloudops.knowledge.knowledge import Knowledge

    Opened: TypeAlias = Callable[[], Knowledge | None]
    """The index, open for one request; None where it is not built."""

EffectOf: TypeAlias = Callable[[SdkCall | CliCommand], Effect]

LONGEST = 600
"""Characters; a longer request is no single operation."""

NOT_BUILT = "`cloudops knowledge build`, once, lets the cloud's other operations be asked for, too"


class Reader(Protocol):
    """As cloudops.engine.contract.Interpreter."""

    def interpret(self, request: Request, context: Context) -> Intent: ...


class KnowledgeInterpreter:
    """Asks ``first``, and the index only about what that does not understand. It is never built
    here: that takes minutes. ``effect_of`` tells what a call does, by the vendor's model."""

    def __init__(self, first: Reader, opened: Opened, effect_of: EffectOf) -> None:
        self._first = first
        self._opened = opened
        self._effect_of = effect_of

    def interpret(self, request: Request, context: Context) -> Intent:
        """Raises NotUnderstood, with what is missing or what may be meant."""
        try:
            return self._first.interpret(request, context)
        except NotUnderstood as stop:
            provider = request.cloud or context.cloud or Provider.AWS
            if stop.questions or provider is not Provider.AWS or len(request.text) > LONGEST:
                raise
            return self._second(request.text, provider, stop)

    def _second(self, text: str, provider: Provider, stop: NotUnderstood) -> Intent:
        from cloudops.planner.by_knowledge.reading import read

        knowledge = self._opened()
        if knowledge is None:
            raise _unbuilt(stop)
        with knowledge:
            return read(text, provider, knowledge, self._effect_of, stop)


def _unbuilt(stop: NotUnderstood) -> NotUnderstood:
    return NotUnderstood(
        stop.summary,
        nearest=stop.nearest,
        detail=stop.detail,
        remedy="; ".join(filter(None, (stop.remedy, NOT_BUILT))),
    )
