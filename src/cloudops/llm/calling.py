"""One call of a model, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from cloudops.llm.connection import connected
from cloudops.llm.failing import Failed, failed
from cloudops.llm.keys import Key, NoKey
from cloudops.settings.models import ModelSettings

if TYPE_CHECKING:
    from openai import Stream
    from openai.types.chat import ChatCompletionChunk

EVERY = 200
"""Characters between two signs of progress."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What an endpoint takes; learnt from what it refuses."""

    response_format: bool = True
    max_completion_tokens: bool = True
    stream_options: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """``finish`` is None where the line ended before the answer did. ``tokens`` are (in, out);
    None where the endpoint does not count."""

    text: str
    finish: str | None
    refusal: str
    tokens: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Call:
    model: ModelSettings
    key: Key
    messages: Sequence[Mapping[str, str]]
    schema: Mapping[str, Any]
    strict: bool
    ways: Ways
    seconds: float


def called(call: Call, heard: Callable[[int], None]) -> Said | Failed:
    """What came of it; ``heard`` gets the characters so far. Raises ImportError, NoKey."""
    try:
        with connected(call.model, call.key, call.seconds) as client:
            create = cast(Any, client.chat.completions.create)
            with closing(create(**_request(call))) as stream:
                return _collected(stream, heard)
    except (ImportError, NoKey):
        raise
    except Exception as error:  # noqa: BLE001 - an endpoint can make the client raise anything
        return failed(error, call.key.secrets)


def _request(call: Call) -> dict[str, Any]:
    ways = call.ways
    limit = "max_completion_tokens" if ways.max_completion_tokens else "max_tokens"
    asked: dict[str, Any] = {
        "model": call.model.model,
        "messages": list(call.messages),
        "stream": True,
        limit: call.model.max_output,
    }
    if ways.stream_options:
        asked["stream_options"] = {"include_usage": True}
    if ways.response_format:
        form = {"name": "answer", "schema": call.schema, "strict": call.strict}
        asked["response_format"] = {"type": "json_schema", "json_schema": form}
    return asked


def _collected(stream: Stream[ChatCompletionChunk], heard: Callable[[int], None]) -> Said:
    texts: list[str] = []
    refusals: list[str] = []
    finish: str | None = None
    tokens: tuple[int, int] | None = None
    size = told = 0
    for chunk in stream:
        if chunk.usage is not None:
            tokens = int(chunk.usage.prompt_tokens), int(chunk.usage.completion_tokens)
        for choice in chunk.choices or ():
            finish = choice.finish_reason or finish
            if choice.delta is None:
                continue
            texts.append(choice.delta.content or "")
            refusals.append(getattr(choice.delta, "refusal", None) or "")
            size += len(texts[-1])
        if size - told >= EVERY:
            heard(size)
            told = size
    return Said("".join(texts), finish, "".join(refusals), tokens)


def without(ways: Ways, part: str) -> Ways | None:
    """The ways without one that was refused; None where that is no way out."""
    left = {name: name != part and getattr(ways, name) for name in _names(ways)}
    found = Ways(**left)
    return found if found != ways else None


def _names(ways: Ways) -> Iterator[str]:
    yield from type(ways).__dataclass_fields__
