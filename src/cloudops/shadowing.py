"""Are the packages that Python would import ours? Their names are taken on PyPI by others."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path

PACKAGES = ("cloudops", "modalities", "policies", "sandbox")
MARKER = 'DISTRIBUTION = "cloudops-agent"'


def shadowed() -> dict[str, str]:
    """Packages that are not ours, and where Python finds them. Nothing of theirs is run."""
    return {name: found for name in PACKAGES if (found := _foreign(name)) is not None}


def explained(found: dict[str, str]) -> str:
    """One line on it and what to do, for people."""
    name, where = next(iter(found.items()))
    return (
        f"cloudops: another package named {name!r} stands in place of ours ({where}). "
        "Remove it from there, start from another directory, or install cloudops-agent into an "
        "environment of its own: pipx install cloudops-agent"
    )


def _foreign(name: str) -> str | None:
    if name in sys.modules:
        origin = getattr(sys.modules[name], "__file__", None)
    else:
        spec = PathFinder.find_spec(name)
        if spec is None:
            return "it is missing"
        origin = spec.origin or str(next(iter(spec.submodule_search_locations or ()), ""))
    path = Path(origin or "")
    try:
        ours = path.name == "__init__.py" and MARKER in path.read_text(errors="replace")
    except OSError:
        ours = False
    return None if ours else str(path)
