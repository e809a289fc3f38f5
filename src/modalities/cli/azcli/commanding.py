"""One call by one command: rendered, run, waited for, and its answer read."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from modalities.action import SdkCall
from modalities.azure import session
from modalities.azure.azcli.failures import failure
from modalities.azure.azcli.refusal import Unspeakable
from modalities.azure.azcli.words import command
from modalities.cli.azcli.environment import Home
from modalities.cli.azcli.parser import Parser
from modalities.cli.azcli.settling import in_part, settled
from modalities.cli.azcli.telling import log
from modalities.cli.azcli.tool import Search, candidates, search
from modalities.receipt import CloudError, Trouble
from modalities.running import Covered, CutShort, Finished, NotStarted, TooLong, run
from modalities.target import Target
from modalities.tools import Tool

LEAST = 0.5
"""Seconds below which it is no use to begin."""

ALWAYS = ("--only-show-errors", "--output", "json")


class Az:
    """The ``az`` of this machine: looked for when it is first needed. ``places`` are tried in
    place of those of :func:`modalities.cli.azcli.tool.candidates`."""

    def __init__(self, places: Sequence[Path] | None = None) -> None:
        self._places = places
        self._lock = threading.RLock()

    @cached_property
    def home(self) -> Home:
        return Home()

    @cached_property
    def _search(self) -> Search:
        return search(self._places)

    @property
    def tool(self) -> Tool:
        """Raises CloudError where there is none that works."""
        with self._lock:
            return self._search.required()

    def might_be(self) -> bool:
        """Whether something of that name stands somewhere. Nothing is run."""
        return bool(candidates() if self._places is None else self._places)

    @cached_property
    def parser(self) -> Parser:
        """Raises CloudError where there is no az."""
        return Parser(self.tool.path, self.home.path)

    def send(
        self, call: SdkCall, target: Target, seconds: float, covered: Covered = lambda: math.inf
    ) -> Any:
        """What Azure answered at the end. Nothing is sent twice. Raises CloudError."""
        give_up = time.monotonic() + seconds
        made = session.way(target)
        with self._lock:
            environment = self.home.environment(target)
        words = _words(call)
        with self._argv(words) as argv, log(self.home.path) as told:
            session.traffic(target).sending("GET", made.cloud.resource_manager)
            whole = [*argv, "--subscription", made.connection.subscription, *ALWAYS]
            if words[1] == "rest":
                environment |= told.environment
            left = give_up - time.monotonic()  # this process may have been stopped since
            if min(left, covered()) < LEAST:
                raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)
            ended = _finished(whole, environment, self.home.path, left, covered)
            progress = told.progress()
        if ended.status != 0:
            error = failure(ended.status, ended.stderr)
            raise error if words[1] == "rest" else in_part(call, target, error)
        body = _answer(ended)
        looked_at = words[1] == "rest" or "create" in words[:5]  # az prints it its own way
        return settled(call, target, body, give_up, progress) if looked_at else body

    @contextmanager
    def _argv(self, words: Sequence[Any]) -> Iterator[list[str]]:
        """The words as they are run: a body goes by a file of ours, where nobody else that
        looks at this machine's processes sees it."""
        files: list[Path] = []
        argv = [str(self.tool.path)]
        try:
            for at, word in enumerate(words[1:]):
                if words[at] == "--body":
                    files.append(self.home.file(json.dumps(word)))
                    argv.append(f"@{files[-1]}")
                else:
                    argv.append(str(word))
            yield argv
        finally:
            for file in files:
                file.unlink(missing_ok=True)


def _words(call: SdkCall) -> tuple[Any, ...]:
    try:
        return command(call).argv
    except Unspeakable as error:
        raise CloudError(Trouble.INVALID, "NoSuchCommand", str(error), sent=False) from error


def _finished(
    argv: Sequence[str],
    environment: Mapping[str, str],
    place: Path,
    seconds: float,
    covered: Covered,
) -> Finished:
    try:
        return run(argv, environment, place, seconds, covered=covered)
    except NotStarted as error:
        remedy = "`cloudops doctor` says which az can be used"
        raise CloudError(
            Trouble.UNAVAILABLE, "NoAzCommand", str(error), sent=False, remedy=remedy
        ) from error
    except TooLong as error:
        raise CloudError(
            Trouble.TIMEOUT, "TooLong", f"az was {error}, and was ended", remedy="look, then again"
        ) from error
    except CutShort as error:
        raise CloudError(
            Trouble.UNAVAILABLE,
            "TooMuchOutput",
            f"az {error}, and was ended",
            remedy="ask for less",
        ) from error


def _answer(ended: Finished) -> Any:
    """The JSON that was printed; nothing where the operation answers nothing."""
    if not ended.stdout.strip():
        return {}
    try:
        return json.loads(ended.stdout.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CloudError(
            Trouble.UNAVAILABLE, "NotAnAnswer", f"az printed no JSON: {error}", remedy="look again"
        ) from error
