"""Whether a model could be asked: its key is there, its endpoint answers. Costs no tokens."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from cloudops.llm.keys import Keys, NoKey
from cloudops.settings.models import ModelSettings

WAIT = 10.0
"""Seconds that an endpoint has to list its models."""


@dataclass(frozen=True, slots=True)
class Reached:
    good: bool
    what: str


def ready(model: ModelSettings, keys: Keys) -> Reached:
    """What can be said without the network. The key is looked for and not kept."""
    if find_spec("openai") is None:
        return Reached(False, "the client library is not installed")
    try:
        keys(model)
    except NoKey as error:
        return Reached(False, str(error))
    key = f"key from {model.key}" if model.key else "no key"
    return Reached(True, f"{model.model} at {model.base_url}, {key}")


def reached(model: ModelSettings, keys: Keys) -> Reached:
    """What the endpoint says when it is asked for the models it has."""
    there = ready(model, keys)
    if not there.good:
        return there
    from openai import APIStatusError

    from cloudops.llm.connection import connected
    from cloudops.llm.failing import failed

    key = keys(model)
    try:
        with connected(model, key, WAIT) as client:
            client.models.list()
    except NoKey as error:
        return Reached(False, str(error))
    except Exception as error:  # noqa: BLE001 - an endpoint can make the client raise anything
        if isinstance(error, APIStatusError) and error.status_code in (404, 405):
            return Reached(True, f"{there.what}: answers, and does not list its models")
        came = failed(error, key.secrets)
        return Reached(False, f"{model.base_url}: {came.trouble} {came.detail}".strip())
    return Reached(True, f"{there.what}: answers")
