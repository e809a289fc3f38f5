"""What a workflow was verified under: if one of these changes, what was seen says less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cloudops.memory.structure import digest
from cloudops.version import VERSION
from modalities.codec import encode
from modalities.plan import SCHEMA_VERSION, ModalityName
from modalities.resource import Provider
from policies.registry import POLICIES
from policies.settings import PolicySettings

MODELS = {
    Provider.AWS: ("botocore",),
    Provider.AZURE: ("azure-mgmt-compute", "azure-mgmt-network"),
}
"""The packages that hold a provider's own model of its API."""


class Versions:
    """``program`` finds the program that a hand works with, where it works with one."""

    def __init__(
        self,
        provider: Provider,
        settings: PolicySettings,
        program: Callable[[ModalityName], Path | None],
    ) -> None:
        self._provider = provider
        self._settings = settings
        self._program = program

    def __call__(self, hand: ModalityName) -> Mapping[str, str]:
        """By what each is of: ``cloudops``, ``plans``, ``policies``, the packages, the program."""
        rules = [[p.id, p.severity] for p in POLICIES]
        found = {
            "cloudops": VERSION,
            "plans": str(SCHEMA_VERSION),
            "policies": digest([rules, encode(self._settings)])[:12],
            **{name: _package(name) for name in MODELS[self._provider]},
        }
        if (path := self._program(hand)) is not None:
            found[path.name] = _stamp(path)
        return found


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _stamp(path: Path) -> str:
    """Without running it, which takes half a second: when the file was written, and its size."""
    try:
        told = path.stat()
    except OSError:
        return "absent"
    return f"{datetime.fromtimestamp(told.st_mtime, UTC):%Y-%m-%d %H:%M}, {told.st_size} bytes"
