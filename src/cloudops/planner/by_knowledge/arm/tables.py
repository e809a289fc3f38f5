"""What the vendor's tables say, as far as a request needs it: the index's part for Azure's SDKs.

ARM is uniform, so operations are found by what they are about and by their method; no sentences
are compared, and nothing has to be built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Row(Protocol):
    """An operation, as modalities.azure.operations has it."""

    @property
    def package(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Tables:
    """``fields`` tells a model's members (type, whether needed, whether read-only), ``values``
    what an enumeration names, ``secret`` whether a member is one; see modalities.azure.bodies."""

    rows: Callable[[], Sequence[Row]]
    fields: Callable[[str, str], Mapping[str, tuple[Any, bool, bool]]]
    values: Callable[[str, str], tuple[str, ...]]
    secret: Callable[[str], bool]
