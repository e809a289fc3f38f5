"""The entry point: is it really us, then the command, then every way to end."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from cloudops import shadowing
from cloudops.version import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code (docs/exit-codes.md)."""
    # A short life: what is loaded stays to the end, and looking for garbage in it finds none.
    gc.set_threshold(100_000, 50, 50)
    if found := shadowing.shadowed():
        print(shadowing.explained(found), file=sys.stderr)  # noqa: T201 (nothing is imported yet)
        return 64
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words == ["--version"]:  # typer imports pydantic as soon as it parses an option
        print(f"cloudops {VERSION}")  # noqa: T201
        return 0
    from cloudops.commands.ending import guarded
    from cloudops.commands.root import app

    return guarded(app, words)


if __name__ == "__main__":
    sys.exit(main())
