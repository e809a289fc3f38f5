"""What ``az rest`` may be sent to: a path of the target's own resource manager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from modalities.azure import model
from modalities.azure.azcli.refusal import Refused
from modalities.azure.model import Located

HERE = "/subscriptions/{subscriptionId}"
"""How a command says "of the target's own subscription"; ``az`` itself fills it in."""

SOUND = re.compile(r"/[A-Za-z0-9/._~()%{}-]+")


def of_url(method: str, url: Any) -> tuple[Located, dict[str, Any]]:
    """The operation and the parameters that its URL says. Raises Refused."""
    if not isinstance(url, str) or not url.startswith("/") or url.startswith("//"):
        raise Refused("--url", f"{str(url)[:80]!r} is no path", f"begin it with {HERE}/")
    parts = urlsplit(url)
    if not SOUND.fullmatch(parts.path) or ".." in unquote(parts.path) or parts.fragment:
        raise Refused("--url", f"{parts.path[:80]!r} is no path of a resource manager")
    found = model.located(method, parts.path.replace("{subscriptionId}", "0-0"))
    if found is None:
        raise Refused("--url", f"no operation is known for {method} {parts.path[:120]}")
    if model.SUBSCRIPTION in found.operation.template and not parts.path.startswith(f"{HERE}/"):
        raise Refused("--url", "names a subscription", f"write {HERE}: the target's own")
    named = {name: unquote(text) for name, text in found.parameters.items()}
    return found, {**named, **_query(found, parts.query)}


def _query(found: Located, text: str) -> Mapping[str, Any]:
    asked = dict(parse_qsl(text, keep_blank_values=True))
    version = found.operation.api_version
    if asked.pop("api-version", None) != version:
        raise Refused("--url", "is of another API version", f"api-version={version}")
    known = {wire for wire, _ in found.operation.arguments}
    for name in asked:
        if name not in known:
            raise Refused("--url", f"there is no query parameter {name[:80]!r}")
    return {name: {"true": True, "false": False}.get(value, value) for name, value in asked.items()}
