"""What a console needs of the cloud behind it."""

from __future__ import annotations

from typing import Protocol, Self, TypeVar

from modalities.target import Identity


class Reach(Protocol):
    """The way to one region of a target, as the signed-in user sees it. Pages know more of
    theirs; this is what all clouds have alike."""

    @property
    def region(self) -> str: ...

    def in_region(self, region: str) -> Self: ...

    def regions(self) -> tuple[str, ...]:
        """Those to choose from. Raises CloudError."""
        ...

    def identity(self) -> Identity:
        """Raises CloudError."""
        ...


C = TypeVar("C", bound=Reach)
