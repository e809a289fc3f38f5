"""What a command needs before it can begin: configuration, the store, the app."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudops.commands.options import flags
from cloudops.errors import CannotEvaluate, Misused

if TYPE_CHECKING:
    from cloudops.config import Config
    from cloudops.state.contract import Store


def configured(*groups: Any) -> Config:
    """The configuration for the options that were given. Raises Misused."""
    from cloudops.config import load

    return load(flags(*groups), os.environ, Path.cwd())


@contextmanager
def explained() -> Iterator[None]:
    """Errors of the rooms below, as a way to stop that people can act on."""
    from cloudops.state.contract import StoreError
    from modalities.receipt import CloudError
    from sandbox.daemon import SandboxError

    try:
        yield
    except StoreError as error:
        raise Misused(str(error), remedy=error.remedy) from None
    except SandboxError as error:
        raise CannotEvaluate(str(error), remedy=error.remedy) from None
    except CloudError as error:
        raise CannotEvaluate(error.message, detail=error.code, remedy=error.remedy) from None


@contextmanager
def stored(config: Config) -> Iterator[Store]:
    """The store, closed at the end."""
    with explained():
        from cloudops.state.sql import FILE, open_store

        store = open_store(config.state_dir / FILE)
        try:
            yield store
        finally:
            store.close()
