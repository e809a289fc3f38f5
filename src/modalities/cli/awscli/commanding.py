"""One call by one command: rendered, run, and its answer read."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from modalities.action import Output, SdkCall, bind, payload
from modalities.aws.awscli.failures import failure
from modalities.aws.awscli.words import Unspeakable, command
from modalities.aws.connection import Connection
from modalities.aws.effects import effect_of
from modalities.cli.awscli.environment import Home
from modalities.cli.awscli.starting import Prestarted
from modalities.cli.awscli.tool import Search, Tool, candidates, find
from modalities.cli.awscli.traffic import traffic
from modalities.receipt import CloudError, Trouble
from modalities.running import (
    CutShort,
    Finished,
    NotStarted,
    Running,
    Started,
    TooLong,
    finished,
)
from modalities.step import Effect
from modalities.target import Target

ATTEMPTS = 3
"""How often a request is sent at most, counting the first time."""

LEAST = 0.5
"""Seconds below which it is no use to begin."""

PAUSE = 0.5
"""Seconds before a throttled write is sent again; twice as long each time."""

PLAIN = {1: (), 2: ("--no-cli-pager", "--cli-binary-format", "raw-in-base64-out")}
"""By flavour: no pager, and bytes as they stand."""

SLOTS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
"""A command is half a second of work for one core: more at once take no less time."""


class Aws:
    """The ``aws`` of this machine: looked for when it is first needed. ``places`` are tried
    in place of those of :func:`modalities.cli.awscli.tool.candidates`."""

    def __init__(self, places: Sequence[Path] | None = None) -> None:
        self._places = places
        self._lock = threading.RLock()

    @cached_property
    def home(self) -> Home:
        return Home()

    @cached_property
    def _search(self) -> Search:
        return find(self.home, self._places)

    @cached_property
    def _prestarted(self) -> Prestarted | None:
        """Where the tool is a Python program, one that has done its imports."""
        tool = self.tool
        if tool.interpreter is None or tool.flavour != 1:
            return None
        with suppress(NotStarted):
            return Prestarted(tool.interpreter, self.home.bare(), self.home.path)
        return None

    @property
    def tool(self) -> Tool:
        """Raises CloudError where there is none that works."""
        with self._lock:
            return self._search.required()

    def might_be(self) -> bool:
        """Whether something of that name stands somewhere. Nothing is run."""
        return bool(candidates() if self._places is None else self._places)

    def send(
        self, call: SdkCall, target: Target, seconds: float, notes: list[str]
    ) -> Mapping[str, Any]:
        """What AWS answered. A write is sent again only where it was throttled, which has no
        effect; a read is repeated by ``aws`` itself. ``notes`` gets what was sent again.

        Raises CloudError.
        """
        give_up = time.monotonic() + seconds
        run_once = self._prepared(call, target)
        for attempt in count():
            ended = run_once(give_up)
            if ended.status == 0:
                return _answer(ended)
            error = failure(ended.status, ended.stderr, call, target.profile)
            pause = PAUSE * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
            if attempt + 1 == ATTEMPTS or time.monotonic() + pause + LEAST > give_up:
                raise error
            if error.trouble is not Trouble.THROTTLED or not _writes(call):
                raise error
            text = f"{call.operation}: {error.code}: sent again"
            notes.append(text)
            traffic(target).again(text)
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _prepared(self, call: SdkCall, target: Target) -> Callable[[float], Finished]:
        writes = _writes(call)
        environment = self.home.environment(Connection.to(target), 1 if writes else ATTEMPTS)
        tool, counter = self.tool, traffic(target)
        argv = [str(tool.path), *_words(call), *PLAIN.get(tool.flavour, ())]

        def run_once(give_up: float) -> Finished:
            with _slot(give_up) as left:
                counter.count()
                until = give_up if writes else None
                return _finished(lambda: self._start(argv, environment, until), left)

        return run_once

    def _start(
        self, argv: Sequence[str], environment: Mapping[str, str], until: float | None
    ) -> Running:
        """Raises NotStarted."""
        with self._lock:
            ready = self._prestarted
        if ready is not None:
            try:
                return ready.start(argv, environment, self.home.path, until=until)
            except NotStarted:
                self._prestarted = None
        return Started(argv, environment, self.home.path, until=until)


def _writes(call: SdkCall) -> bool:
    return effect_of(call.service, call.operation) is not Effect.READ


def _words(call: SdkCall) -> tuple[str, ...]:
    try:
        said = bind(command(call), _unknown, None)
    except Unspeakable as error:
        raise CloudError(Trouble.INVALID, "NoSuchCommand", str(error), sent=False) from error
    return tuple(payload(said))[1:]


def _unknown(output: Output) -> NoReturn:
    raise LookupError(f"{output.step}.{output.name} is not known yet")


@contextmanager
def _slot(give_up: float) -> Iterator[float]:
    """Leave to use a core, and the seconds that are left then. Raises CloudError."""
    if not SLOTS.acquire(timeout=max(0.0, give_up - time.monotonic())):
        raise _no_time()
    try:
        left = give_up - time.monotonic()
        if left < LEAST:
            raise _no_time()
        yield left
    finally:
        SLOTS.release()


def _no_time() -> CloudError:
    return CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)


def _finished(start: Callable[[], Running], seconds: float) -> Finished:
    try:
        return finished(start(), seconds)
    except NotStarted as error:
        remedy = "`cloudops doctor` says which aws can be used"
        raise CloudError(
            Trouble.UNAVAILABLE, "NoAwsCommand", str(error), sent=False, remedy=remedy
        ) from error
    except TooLong as error:
        remedy = "try again, or give the target a longer `timeout`"
        text = f"aws was {error}, and was ended"
        raise CloudError(Trouble.TIMEOUT, "TooLong", text, remedy=remedy) from error
    except CutShort as error:
        remedy = "ask for less at once"
        text = f"aws {error}, and was ended"
        raise CloudError(Trouble.UNAVAILABLE, "TooMuchOutput", text, remedy=remedy) from error


def _answer(ended: Finished) -> Mapping[str, Any]:
    """The JSON that was printed; nothing where the operation answers nothing."""
    if not ended.stdout.strip():
        return {}
    try:
        body = json.loads(ended.stdout.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise no_answer(f"aws printed no JSON: {error}") from error
    if not isinstance(body, dict):
        raise no_answer("aws printed no JSON object")
    return body


def no_answer(why: str) -> CloudError:
    """The command went well, and what came of it cannot be read."""
    remedy = "`cloudops doctor` says whether aws works"
    return CloudError(Trouble.UNAVAILABLE, "NotAnAnswer", why, remedy=remedy)
