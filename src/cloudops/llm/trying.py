"""The tries of one question: each is reserved before, settled after, and at its endpoint's pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_result,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from cloudops.llm import prompt
from cloudops.llm.calling import Call, Said, Ways, called, without
from cloudops.llm.contract import Phase, Trouble, Usage
from cloudops.llm.failing import Failed
from cloudops.llm.form import Form
from cloudops.llm.keys import Key
from cloudops.llm.ledger import Hold, Ledger, Over
from cloudops.llm.pace import Pace
from cloudops.llm.redaction import redacted
from cloudops.settings.models import ModelSettings

TRIES = 3
PAUSE = wait_random_exponential(multiplier=0.5, max=8)
"""Seconds between two tries, where the endpoint names none."""

Messages: TypeAlias = Sequence[Mapping[str, str]]


@dataclass(slots=True, kw_only=True)
class Trying:
    """``ways`` are shared by all questions: what one learnt of an endpoint, the next knows.
    ``usage`` is what this question came to so far."""

    model: ModelSettings
    key: Key = field(repr=False)
    heard: Callable[[Phase, int, str], None]
    ledger: Ledger
    pace: Pace
    ways: dict[str, Ways]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    usage: Usage = field(default_factory=Usage)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def seconds(self) -> float:
        return self.clock() - self.began

    @property
    def left(self) -> float:
        return self.model.timeout - self.seconds

    def say(self, phase: Phase, size: int = 0, detail: str = "") -> None:
        self.heard(phase, size, detail)

    def text(self, messages: Messages, asked: Form[Any]) -> str | Failed:
        """The answer's text, whole, after as many tries as may do better."""
        size = prompt.least_tokens(messages, asked.schema) + self.model.max_output
        if size > self.model.context:
            return Failed(Trouble.TOO_LONG, f"{size} tokens of {self.model.context} at least")
        retrying = Retrying(
            sleep=self.sleep,
            stop=stop_after_attempt(TRIES) | stop_before_delay(max(self.left, 0.0)),
            wait=_pause,
            retry=retry_if_result(lambda came: isinstance(came, Failed) and came.again),
            before_sleep=self._waits,
            retry_error_callback=_last,
        )
        came: str | Failed = retrying(self._once, messages, asked)
        return came

    def _once(self, messages: Messages, asked: Form[Any]) -> str | Failed:
        """One try; another at once where the endpoint only wants to be asked otherwise."""
        while True:
            ways = self.ways.get(self._endpoint, Ways())
            whole = messages
            if not ways.response_format:
                whole = prompt.instructed(messages, asked.schema)
            came = self._reserved(whole, asked, ways)
            other = without(ways, came.refusing) if isinstance(came, Failed) else None
            if other is None:
                return came if isinstance(came, Failed) else _whole(came)
            self.ways[self._endpoint] = other

    def _reserved(self, messages: Messages, asked: Form[Any], ways: Ways) -> Said | Failed:
        if early := self._not_yet():
            return early
        tokens = prompt.most_tokens(messages, asked.schema)
        hold = self.ledger.reserve(self._usage(tokens, self.model.max_output))
        if isinstance(hold, Over):
            return Failed(Trouble.OVER_BUDGET, str(hold))
        used = Usage()
        try:
            self.say(Phase.ASKING)
            call = Call(
                self.model,
                self.key,
                messages,
                asked.schema,
                asked.strict,
                ways,
                max(self.left, 0.1),
            )
            came = called(call, lambda size: self.say(Phase.ANSWERING, size))
            used = self._used(came, hold)
        except (KeyboardInterrupt, GeneratorExit):
            used = hold.most  # it was under way
            raise
        finally:
            self.ledger.settle(hold, used)
            self.usage = self.usage + used
        return came

    def _not_yet(self) -> Failed | None:
        """Waits for the endpoint's pace, if there is time for it."""
        while wait := self.pace.turn(self._endpoint, self.model.requests_per_minute):
            if wait > self.left:
                limit = self.model.requests_per_minute
                return Failed(Trouble.BUSY, f"{limit} requests a minute are its limit")
            self.say(Phase.WAITING, 0, f"{wait:.0f} s, for its requests per minute")
            self.sleep(wait)
        return Failed(Trouble.SLOW, "no time is left") if self.left <= 0 else None

    def _used(self, came: Said | Failed, hold: Hold) -> Usage:
        if isinstance(came, Failed):
            return hold.most if came.billed else Usage(calls=1)
        return hold.most if came.tokens is None else self._usage(*came.tokens)

    def _usage(self, into: int, out: int) -> Usage:
        into, out = max(into, 0), max(out, 0)
        prices = self.model.price_in, self.model.price_out
        if prices[0] is None or prices[1] is None:
            return Usage(1, into, out, None)
        return Usage(1, into, out, (into * prices[0] + out * prices[1]) / 1e6)

    def _waits(self, state: RetryCallState) -> None:
        came = _last(state)
        why = str(came.trouble) if isinstance(came, Failed) else ""
        self.say(Phase.WAITING, 0, f"{state.upcoming_sleep:.1f} s: {why}")

    @property
    def _endpoint(self) -> str:
        return f"{self.model.base_url} {self.model.model}"


def _whole(said: Said) -> str | Failed:
    """The text of an answer that came to its end."""
    if said.refusal or said.finish == "content_filter":
        return Failed(Trouble.REFUSED, " ".join(redacted(said.refusal).split())[:300])
    if said.finish == "length":
        return Failed(Trouble.CUT_OFF, "it reached max_output")
    if said.finish is None and not said.text:
        return Failed(Trouble.NONSENSE, "it does not speak the protocol")
    if said.finish is None:
        return Failed(Trouble.DOWN, "the line ended before the answer did", again=True)
    return said.text


def _pause(state: RetryCallState) -> float:
    came = _last(state)
    named = came.wait if isinstance(came, Failed) else None
    return PAUSE(state) if named is None else named


def _last(state: RetryCallState) -> str | Failed:
    assert state.outcome is not None  # noqa: S101 - it has ended
    came: str | Failed = state.outcome.result()
    return came
