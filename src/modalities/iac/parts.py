"""An edition of the code and Terraform's plan for it, and what a draft's own outputs are in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from modalities.action import Output, resolve
from modalities.aws.terraform.writing import Edition
from modalities.iac.comparing import Entry

NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An edition with what Terraform plans for it; ``files`` are those it is made from, and
    ``middle`` the code after it if it described what the cloud has now."""

    edition: Edition
    entries: tuple[Entry, ...]
    files: Mapping[str, str]
    basis: str
    after: str
    """The digest of the files as they will be."""
    middle: Mapping[str, str] | None = None
    abroad: frozenset[str] = frozenset()
    """Addresses, without indices, of what may be in another region than the target's."""


Keys: TypeAlias = Mapping[str, tuple[Output, str]]


def keys_of(edition: Edition) -> dict[str, tuple[Output, str]]:
    """Outputs of our step: name to the output of the draft that it stands for, and its path."""
    told = {f"{step}.id": (address, "id") for step, address in edition.made.items()}
    found: dict[str, tuple[Output, str]] = {}
    for dotted, (address, attribute) in {**told, **edition.outputs}.items():
        step, _, name = dotted.rpartition(".")
        key = NO_NAME.sub("_", step if name == "id" else f"{step}-{name}")
        path = f"attributes.{json.dumps(address)}.{attribute}"
        found[key] = (Output(step, name), path)
    if len(edition.made) == 1:
        (only,) = edition.made
        same = next((v for v in found.values() if v[0] == Output(only)), None)
        if same is not None:
            found["id"] = same
    return found


def rewritten(value: Any, step: str, keys: Keys) -> Any:
    """``value`` with references to the draft's steps as references to ours. Raises LookupError
    where there is none for it."""
    names = {output: name for name, (output, _) in keys.items() if name != "id"}
    return resolve(value, lambda o: Output(step, names[o]).as_json(), None)
