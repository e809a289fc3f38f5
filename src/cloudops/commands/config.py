"""cloudops config: what is in effect, and who said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from cloudops.commands.opening import configured
from cloudops.commands.options import Common, Gates, Wishes, command
from cloudops.commands.voice import Voice

if TYPE_CHECKING:
    from cloudops.config import Config
    from cloudops.settings.models import ModelSettings

app = typer.Typer(no_args_is_help=True, help="The configuration in effect.")


@command(
    app,
    "show",
    examples=("cloudops config show", "CLOUDOPS_MAX_RISK=high cloudops config show -o json"),
)
def show(common: Common, gates: Gates, wishes: Wishes) -> None:
    """Every setting with its value and where it came from, the targets, policies and models."""
    from modalities.codec import encode

    config = configured(common, gates, wishes)
    voice = Voice(config)
    targets = {name: _target(encode(target)) for name, target in sorted(config.targets.items())}
    data = {
        "settings": {
            name: {"value": encode(v.value), "origin": v.origin}
            for name, v in config.values.items()
        },
        "targets": targets,
        "policies": encode(config.policies),
        "models": encode(config.models),
        "files": [str(file) for file in config.files],
    }
    voice.table(
        data,
        ("setting", "value", "from"),
        ((name, _shown(v.value), v.origin) for name, v in config.values.items()),
        "",
    )
    if voice.human:
        _people(config, voice, targets)


def _people(config: Config, voice: Voice, targets: dict[str, dict[str, Any]]) -> None:
    columns = ("realm", "provider", "region", "profile", "endpoint_url")
    rows = [(name, *(_shown(t[c]) for c in columns)) for name, t in targets.items()]
    voice.table({}, ("target", *columns), rows, "")
    if config.models.roles:
        heads = ("role", "model", "api", "base_url", "key")
        named = ((r, m.model, m.api, m.base_url, m.key or "") for r, m in _models(config))
        voice.table({}, heads, named, "")
    files = ", ".join(str(file) for file in config.files) or "none: all is as built in"
    voice.say({}, f"files read: {files}")


def _models(config: Config) -> list[tuple[str, ModelSettings]]:
    """``key`` of each says where its key is; what it is stands in no configuration."""
    return sorted(config.models.roles.items())


def _target(target: dict[str, Any]) -> dict[str, Any]:
    hidden = ("environment", "writable")
    return {key: value for key, value in target.items() if key not in hidden}


def _shown(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
