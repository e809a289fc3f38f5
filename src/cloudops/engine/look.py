"""look: all that a target holds, part by part; what is seen is told on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from cloudops.engine.contract import Observer
from modalities.contract import Modality
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Refusal, Resource, World
from modalities.survey import Passed, Survey, Surveyor
from modalities.target import Target

STAGE = "look"

PARTLY = frozenset({Trouble.PERMISSION, Trouble.NOT_EMULATED})
"""Refusals of one list that say nothing of the others."""


def look(hand: Modality, target: Target, observer: Observer | None) -> Survey:
    """All kinds, as far as they may be seen. Raises CloudError where none may."""
    course = _Course(observer)
    course.tell("started", target=target.name)
    with course.hearing(hand, target):
        if isinstance(hand, Surveyor):
            survey = hand.survey(target, course.passed)
        else:
            survey = Survey(hand.read(target), tuple(Kind))
    # what no list shows is known one by one, and not gone because no list has it
    survey = replace(survey, kinds=tuple(k for k in survey.kinds if k is not Kind.OTHER))
    course.tell(
        "finished",
        resources=len(survey.world.resources),
        unread=[kind for part in survey.unread for kind in part.kinds],
    )
    return survey


def looked(hand: Modality, hands: Iterable[Modality], target: Target) -> World:
    """All that ``hand`` sees. Where a part of it is refused, all the rest, and what was not read,
    by the first of ``hands`` that reads part by part. Raises CloudError."""
    try:
        return hand.read(target)
    except CloudError as error:
        surveyors = [h for h in (hand, *hands) if isinstance(h, Surveyor)]
        if error.trouble not in PARTLY or not surveyors:
            raise
        survey = surveyors[0].survey(target, lambda _: None)
    unread = {
        kind: Refusal(part.why.code, part.why.message, part.why.remedy)
        for part in survey.unread
        for kind in part.kinds
    }
    return replace(survey.world, unread=unread)


def completed(survey: Survey, known: World) -> Survey:
    """With what is known of parts that a cloud keeps from us (``hidden``): it is not gone."""
    world = survey.world
    seen = tuple(_completed(resource, known) for resource in world)
    return replace(survey, world=world.with_resources(seen))


def _completed(resource: Resource, known: World) -> Resource:
    hidden = resource.attributes.get("hidden")
    before = known.get(resource.kind, resource.id) if hidden else None
    if before is None or not isinstance(hidden, list) or "tags" not in hidden:
        return resource
    return replace(resource, tags=before.tags)


class _Course:
    """What an observer hears of one look; from several threads."""

    def __init__(self, observer: Observer | None) -> None:
        self._observer = observer
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._items: dict[str, int] = {}
        self._over: set[str] = set()

    def tell(self, what: str, **body: Any) -> None:
        if self._observer is not None:
            with self._lock:
                self._observer.event(next(self._numbers), STAGE, what, body)

    def passed(self, at: Passed) -> None:
        with self._lock:
            self._items[at.part] = at.items
            if at.over:
                self._over.add(at.part)
            body: Mapping[str, Any] = {
                "part": at.part,
                "items": at.items,
                "over": at.over,
                "parts": at.parts,
                "parts_over": len(self._over),
                "seen": sum(self._items.values()),
            }
        self.tell("reading", **body)

    @contextmanager
    def hearing(self, hand: Modality, target: Target) -> Iterator[None]:
        """Tell of requests that are sent again."""

        def retried(text: str) -> None:
            self.tell("slowed", text=text)

        listeners = hand.traffic(target).listeners
        listeners.append(retried)
        try:
            yield
        finally:
            listeners.remove(retried)
