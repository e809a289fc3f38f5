"""What a command needs before it can begin: configuration, the store, the app."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudops.commands.options import flags
from cloudops.errors import CannotEvaluate, Misused

if TYPE_CHECKING:
    from cloudops.app import App
    from cloudops.commands.options import Common
    from cloudops.commands.voice import Voice
    from cloudops.config import Config
    from cloudops.engine.fitting import Verb
    from cloudops.state.contract import Run, Store
    from cloudops.state.moving import Summary


def configured(*groups: Any) -> Config:
    """The configuration for the options that were given. Raises Misused."""
    from cloudops.config import load

    return load(flags(*groups), os.environ, Path.cwd())


@contextmanager
def explained() -> Iterator[None]:
    """Errors of the rooms below, as a way to stop that people can act on."""
    from cloudops.state.contract import StoreError
    from modalities.receipt import CloudError
    from sandbox.emulator import SandboxError

    try:
        yield
    except StoreError as error:
        from cloudops.engine.troubles import store_stop

        raise store_stop(error) from None
    except SandboxError as error:
        raise CannotEvaluate(str(error), remedy=error.remedy) from None
    except CloudError as error:
        from cloudops.engine.troubles import cloud_stop

        raise cloud_stop(error) from None


@contextmanager
def read(config: Config) -> Iterator[Store]:
    """The store for a verb that only reads: it may be where nothing can be written."""
    from cloudops.state import snapshot

    place = config.store
    if isinstance(place, str) or not snapshot.is_fixed(place):
        with stored(config) as store:
            yield store
        return
    with explained(), snapshot.reading(place) as store:
        yield store


@contextmanager
def stored(config: Config) -> Iterator[Store]:
    """The store, closed at the end."""
    with explained():
        from cloudops.state.sql import open_store

        store = open_store(config.store)
        try:
            yield store
        finally:
            store.close()


def moved(config: Config, to: str) -> tuple[str | Path, tuple[Summary, ...]]:
    """The state, moved ``to`` an address or a state directory: where it is now, and what
    each table holds. Raises Misused."""
    from cloudops.engine.holder import actor
    from cloudops.settings.parse import database
    from cloudops.state import moving
    from cloudops.state.sql import FILE, open_database

    try:
        place = database(to) if "://" in to else (Path(to).expanduser() / FILE).absolute()
    except ValueError as error:
        raise Misused(f"--to: {error}", remedy="name a PostgreSQL or a directory") from None
    if place is None or place == config.store or not config.keeps_state():
        raise Misused("there is nothing to move", detail=f"the state is in {config.store}")
    name = place if isinstance(place, str) else str(place.parent)
    with (
        explained(),
        closing(open_database(config.store)) as source,
        closing(open_database(place)) as target,
    ):
        return place, moving.move(source, target, place=name, who=actor())


@contextmanager
def opened(config: Config, voice: Voice, target: str | None = None) -> Iterator[App]:
    """The app on a target, by default the configured one. Raises Misused, CannotEvaluate."""
    name = target or config["target"]
    from cloudops.app import App

    asker, observer = voice.asker, voice.observer
    with explained(), App.open(config, target=name, asker=asker, observer=observer) as app:
        try:
            yield app
        finally:
            observer.close()


def run_meant(config: Config, voice: Voice, common: Common, run: str | None, verb: Verb) -> Run:
    """The run that is named or fits, on any target where none is named. Which one fits is
    said before anything happens. Raises Misused."""
    from cloudops.engine.fitting import chosen, fitting

    with stored(config) as store:
        meant = fitting(store, run, verb, common.target)
    if run is None:
        voice.aside(f"cloudops: {chosen(meant, verb)}")
    return meant
