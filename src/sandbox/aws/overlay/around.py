"""The one way moto is changed: a function around one of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

Inner: TypeAlias = Callable[..., Any]


def around(owner: Any, name: str, outer: Callable[..., Any]) -> None:
    """``owner.name`` becomes ``outer``, which is given what it replaces before the arguments."""
    inner = getattr(owner, name)

    @wraps(inner)
    def replaced(*args: Any, **kwargs: Any) -> Any:
        return outer(inner, *args, **kwargs)

    setattr(owner, name, replaced)
