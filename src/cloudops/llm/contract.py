"""What is asked of a model, and what may come of it. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeAlias, TypeVar

T = TypeVar("T")


class Role(StrEnum):
    INTERPRETER = "interpreter"
    PLANNER = "planner"
    PILOT = "pilot"
    EXPERT_SDK = "expert.sdk"
    EXPERT_CLI = "expert.cli"
    EXPERT_IAC = "expert.iac"
    EXPERT_BROWSER = "expert.browser"


class Speaker(StrEnum):
    """``DATA`` is what came from a cloud, a page or a file: sent marked, cut and masked."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Message:
    """``origin`` says where DATA is from, in our words: ``tags of vm web-1``."""

    speaker: Speaker
    text: str
    origin: str = ""


class Trouble(StrEnum):
    """Why there is no answer; the caller goes on without a model, and says so."""

    NOT_CONFIGURED = "no model has this role"
    NOT_INSTALLED = "the client library is not installed"
    NO_KEY = "its key is not there"
    DOWN = "it cannot be reached, or failed"
    SLOW = "it took longer than it may"
    BUSY = "it takes no more requests now"
    OUT_OF_QUOTA = "its quota is used up"
    REJECTED = "it does not accept the request"
    TOO_LONG = "the question is longer than it can read"
    CUT_OFF = "its answer was cut off"
    REFUSED = "it refused"
    NONSENSE = "its answer makes no sense"
    OVER_BUDGET = "the budget does not allow the call"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of all calls that were made for one question, and their price in USD; None where
    no price is known."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        unknown = self.cost is None or other.cost is None
        return Usage(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            None if unknown else (self.cost or 0.0) + (other.cost or 0.0),
        )

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """``corrected``: the first answer did not fit, the second did."""

    value: T
    model: str
    usage: Usage
    seconds: float
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """``detail`` is one masked line; it may hold words of the endpoint."""

    trouble: Trouble
    model: str = ""
    detail: str = ""
    usage: Usage = Usage()
    seconds: float = 0.0

    def __str__(self) -> str:
        said = f"model {self.model}: {self.trouble}" if self.model else str(self.trouble)
        return f"{said} ({self.detail})" if self.detail else said


class Phase(StrEnum):
    ASKING = "asking"
    ANSWERING = "answering"
    WAITING = "waiting"
    CORRECTING = "correcting"


@dataclass(frozen=True, slots=True)
class Event:
    """``characters`` are those of the answer so far; ``detail`` says why it waits or corrects."""

    role: Role
    model: str
    phase: Phase
    characters: int = 0
    detail: str = ""


Heard: TypeAlias = Callable[[Event], None]


def unheard(event: Event) -> None:
    """For who wants no progress."""


class Oracle(Protocol):
    """Whatever can be asked. Never raises because of a model."""

    def ask(
        self, role: Role, messages: Sequence[Message], schema: type[T], heard: Heard = ...
    ) -> Answer[T] | NoAnswer: ...
