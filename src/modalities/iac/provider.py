"""Where providers come from: a directory of this machine, or the registry.

Terraform looks for mirrors in a few places of its own; people have them elsewhere as well. A
directory that holds ``registry.terraform.io/hashicorp/aws/VERSION/PLATFORM`` is one wherever
it stands, and so is a plugin cache, which looks the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modalities.iac.tool import Tool

OVERRIDE = "CLOUDOPS_TERRAFORM_MIRROR"
"""Names the one directory to take providers from."""

NEEDED = "hashicorp/aws"

ADD_ONS = ("/opt", "/usr/local/lib", "/usr/local/share", "/usr/share", "/var/lib", "/srv")
"""Where add-on software stands (Filesystem Hierarchy Standard); looked into two levels deep."""

SETTING = re.compile(r'^\s*(path|plugin_cache_dir)\s*=\s*"((?:[^"\\]|\\.)+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """``mirror`` None: the registry. ``providers`` are those in it, ``HOST/NAMESPACE/TYPE``."""

    mirror: Path | None = None
    providers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"the directory {self.mirror}" if self.mirror else "the registry"

    def settings(self, cache: Path, *, registry_too: bool = False) -> str:
        """Our own CLI configuration. What the mirror has comes from there alone, unless
        ``registry_too``: the registry is asked for each version otherwise."""
        lines = [
            "disable_checkpoint = true",
            f"plugin_cache_dir = {_quoted(cache)}",
            "plugin_cache_may_break_dependency_lock_file = true",
        ]
        if self.mirror is not None and not registry_too:
            named = ", ".join(f'"{each}"' for each in self.providers)
            lines += [
                "provider_installation {",
                f"  filesystem_mirror {{\n    path = {_quoted(self.mirror)}\n  }}",
                f"  direct {{\n    exclude = [{named}]\n  }}",
                "}",
            ]
        return "\n".join(lines) + "\n"


def source(tool: Tool, environment: Mapping[str, str] | None = None) -> Source:
    """The first place that has the provider for AWS; the registry where none has."""
    env = os.environ if environment is None else environment
    for place in places(env):
        if any(_versions(place, f"{tool.host}/{NEEDED}")):
            return Source(place, tuple(_held(place)))
    return Source()


def places(env: Mapping[str, str]) -> Iterator[Path]:
    """Directories that may be a mirror or a cache, likeliest first."""
    if env.get(OVERRIDE):
        yield Path(env[OVERRIDE])
        return
    home = Path(env.get("HOME") or Path.home())
    yield from _configured(env, home)
    if env.get("TF_PLUGIN_CACHE_DIR"):
        yield Path(env["TF_PLUGIN_CACHE_DIR"])
    data = env.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    shared = env.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    yield home / ".terraform.d" / "plugins"
    yield home / ".terraform.d" / "plugin-cache"
    for base in (data, *shared.split(":")):
        yield Path(base, "terraform", "plugins")
    for base in ADD_ONS:
        yield from _below(Path(base))


def _configured(env: Mapping[str, str], home: Path) -> Iterator[Path]:
    """What a CLI configuration names, if it can be read."""
    named = env.get("TF_CLI_CONFIG_FILE") or env.get("TERRAFORM_CONFIG")
    for file in ([Path(named)] if named else []) + [home / ".terraformrc", home / ".tofurc"]:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        for match in SETTING.finditer(text):
            yield Path(os.path.expandvars(match[2])).expanduser()


def _below(base: Path) -> Iterator[Path]:
    """Directories one and two levels down. A link could lead anywhere: none is followed."""
    for child in _directories(base):
        yield child
        yield from _directories(child)


def _directories(base: Path) -> Iterator[Path]:
    try:
        children = sorted(base.iterdir())
    except OSError:
        return
    for child in children:
        try:
            if child.is_dir() and not child.is_symlink():
                yield child
        except OSError:
            continue


def _versions(place: Path, provider: str) -> Iterator[Path]:
    """Versions that stand there, unpacked or not."""
    where = place / provider
    for found in _directories(where):
        if found.name[:1].isdigit():
            yield found
    try:
        yield from where.glob("terraform-provider-*.zip")
    except OSError:
        return


def _held(place: Path) -> Iterator[str]:
    """Every provider of the mirror."""
    for host in _directories(place):
        for namespace in _directories(host):
            for type in _directories(namespace):
                yield f"{host.name}/{namespace.name}/{type.name}"


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
    return f'"{text}"'
