"""The vendor's client, set up so that nothing but what we say decides where a key goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cloudops.llm.keys import Key
from cloudops.settings.models import ModelSettings
from cloudops.settings.targets import loopback

if TYPE_CHECKING:
    from openai import OpenAI


@contextmanager
def connected(model: ModelSettings, key: Key, seconds: float) -> Iterator[OpenAI]:
    """A client for one call of at most ``seconds``; it retries nothing.

    Raises ImportError where the extra ``models`` is not installed.
    """
    from cloudops.llm import line

    with line.client(seconds, direct=_direct(model.base_url)) as http:
        yield (
            _azure(model, key, http, seconds)
            if model.api == "azure"
            else _openai(model, key, http, seconds)
        )


def _openai(model: ModelSettings, key: Key, http: object, seconds: float) -> OpenAI:
    from openai import OpenAI

    made = OpenAI(
        base_url=model.base_url,
        api_key=key.value,
        max_retries=0,
        timeout=seconds,
        http_client=http,  # type: ignore[arg-type]
    )
    made.organization = made.project = None  # from the environment; not this endpoint's business
    return made


def _azure(model: ModelSettings, key: Key, http: object, seconds: float) -> OpenAI:
    from openai import AzureOpenAI

    made: OpenAI = AzureOpenAI(
        azure_endpoint=model.base_url,
        azure_deployment=model.model,
        api_version=model.api_version,
        api_key=None if key.token else key.value,
        azure_ad_token_provider=key.token,
        max_retries=0,
        timeout=seconds,
        http_client=http,  # type: ignore[call-overload]
    )
    return made


def _direct(url: str) -> bool:
    """Whether no proxy belongs before it: this machine, and what NO_PROXY names."""
    from urllib.request import proxy_bypass

    host = urlsplit(url).hostname or ""
    return loopback(url) or bool(proxy_bypass(host))
