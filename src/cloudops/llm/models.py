"""Asking: the models that are configured, behind one call with a typed answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from cloudops.llm import prompt
from cloudops.llm.calling import Ways
from cloudops.llm.contract import (
    Answer,
    Event,
    Heard,
    Message,
    NoAnswer,
    Phase,
    Role,
    Speaker,
    Trouble,
    unheard,
)
from cloudops.llm.failing import Failed
from cloudops.llm.form import Misfit, form
from cloudops.llm.keys import Key, Keys, NoKey
from cloudops.llm.ledger import Ledger
from cloudops.llm.pace import Pace
from cloudops.llm.trying import Trying
from cloudops.settings.models import Models as Configured
from cloudops.settings.models import ModelSettings

T = TypeVar("T")
REPEATED = 20_000
"""Characters of an answer that did not fit which its author gets to see again."""


class Models:
    """The :class:`contract.Oracle` over real endpoints; one serves all threads of a process."""

    def __init__(
        self,
        configured: Configured,
        ledger: Ledger,
        keys: Keys,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._configured = configured
        self._ledger = ledger
        self._keys = keys
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(clock)
        self._ways: dict[str, Ways] = {}

    def ask(
        self, role: Role, messages: Sequence[Message], schema: type[T], heard: Heard = unheard
    ) -> Answer[T] | NoAnswer:
        """The model's answer as a ``schema``, or why there is none. At most one correction."""
        model = self._configured.role(role.value)
        if model is None:
            return NoAnswer(Trouble.NOT_CONFIGURED, detail=f"[models.{role}]")
        try:
            import openai  # noqa: F401 - what loading it takes is not the model's slowness

            key = self._keys(model)
            trying = self._trying(role, model, key, heard)
            return self._asked(trying, messages, schema)
        except NoKey as error:
            return NoAnswer(Trouble.NO_KEY, model.model, str(error))
        except ImportError:
            remedy = "pip install 'cloudops-agent[models]'"
            return NoAnswer(Trouble.NOT_INSTALLED, model.model, remedy)

    def _trying(self, role: Role, model: ModelSettings, key: Key, heard: Heard) -> Trying:
        return Trying(
            model=model,
            key=key,
            heard=lambda phase, size, detail: heard(Event(role, model.model, phase, size, detail)),
            ledger=self._ledger,
            pace=self._pace,
            ways=self._ways,
            clock=self._clock,
            sleep=self._sleep,
        )

    def _asked(
        self, trying: Trying, messages: Sequence[Message], schema: type[T]
    ) -> Answer[T] | NoAnswer:
        asked = form(schema)
        secrets = trying.key.secrets
        text = trying.text(prompt.sent(messages, secrets), asked)
        for corrected in (False, True):
            if isinstance(text, Failed):
                return _none(trying, text)
            try:
                value = asked.read(text)
            except Misfit as misfit:
                if corrected:
                    return _none(trying, Failed(Trouble.NONSENSE, str(misfit)))
                trying.say(Phase.CORRECTING, 0, str(misfit))
                more = (*messages, *_correction(text, misfit, prompt.told(asked.schema)))
                text = trying.text(prompt.sent(more, secrets), asked)
                continue
            return Answer(value, trying.model.model, trying.usage, trying.seconds, corrected)
        raise AssertionError("unreachable")


def _correction(text: str, misfit: Misfit, told: str) -> tuple[Message, ...]:
    said = Message(Speaker.ASSISTANT, text[:REPEATED] or "(nothing)")
    return said, Message(Speaker.USER, f"That does not fit: {misfit}. {told}")


def _none(trying: Trying, failed: Failed) -> NoAnswer:
    return NoAnswer(failed.trouble, trying.model.model, failed.detail, trying.usage, trying.seconds)
