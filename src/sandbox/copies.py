"""Disposable copies of a target, for explorations and rehearsals: nothing in them is real."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from modalities.receipt import CloudError, Trouble
from modalities.resource import Provider, World
from modalities.target import Realm, Target, account_of, place_in
from sandbox import control
from sandbox.daemon import Sandbox, environment
from sandbox.emulator import SandboxError
from sandbox.worlds import world_to_json

if TYPE_CHECKING:
    from sandbox.azure.copies import AzureCopies

MAKE_WITHIN = 90.0
"""Seconds: what is in flight may take up to 30 to end (gate.py), then the copy is furnished."""


class SandboxCopies:
    """Copies made by the daemon of ``sandbox``, which is started where it does not run."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @contextmanager
    def copy(self, target: Target, world: World) -> Iterator[Target]:
        """A writable target that holds what ``world`` holds, with the same ids.

        Where ``target`` is this sandbox, everything in it is copied, as it is at this moment;
        for any other, ``world`` is built up in an account that holds nothing else. Gone when
        the context ends. Raises CloudError.
        """
        if target.provider is Provider.AZURE:
            with self._azure().copy(target, world) as copy:
                try:
                    yield copy
                finally:
                    self._end_console(copy)
            return
        port = self._port()
        own = target.endpoint_url == self._sandbox.endpoint()
        order = {"world": None if own else world_to_json(world)}
        made = self._ask(port, "POST", "copies", order)
        try:
            yield self._target(target, world, made["port"])
        finally:
            self._end_console(self._target(target, world, made["port"]))
            # Where the daemon is gone, so is the copy: it looks after its parent.
            with suppress(control.Unreachable):
                control.ask(self._sandbox.home, port, "DELETE", f"copies/{made['pid']}")

    def _azure(self) -> AzureCopies:
        from sandbox.azure.copies import AzureCopies
        from sandbox.azure.daemon import AzureSandbox, home_of

        return AzureCopies(AzureSandbox(home_of(self._sandbox.home)))

    def _end_console(self, copy: Target) -> None:
        from sandbox.console.daemon import down  # the console's own modules only where it is up

        home = console_of(self._sandbox.home, copy)
        if home.exists():
            down(home)
            shutil.rmtree(home, ignore_errors=True)

    def _port(self) -> int:
        try:
            return self._sandbox.up()[0].port
        except SandboxError as error:
            raise _unavailable(str(error), error.remedy) from error

    def _ask(self, port: int, method: str, path: str, body: Any) -> Any:
        try:
            return control.ask(self._sandbox.home, port, method, path, body, MAKE_WITHIN)
        except control.Unreachable as error:
            raise _unavailable(f"no copy of the target could be made: {error}") from error

    def _target(self, target: Target, world: World, port: int) -> Target:
        endpoint = f"http://127.0.0.1:{port}"
        account = account_of(world.scope) or target.environment.get("AWS_ACCESS_KEY_ID", "")
        return replace(
            target,
            name=f"copy-of-{target.name}",
            realm=Realm.SANDBOX,
            profile=None,
            endpoint_url=endpoint,
            environment=environment(self._sandbox.home, endpoint, account, target.region),
            writable=True,
            copy_of=target.name,
            place=place_in(world.scope),
            console_url=None,
        )


def console_of(sandbox: Path, target: Target) -> Path:
    """Where the web console over a target keeps its own. Copies share a target's name, never
    an address."""
    from sandbox.console.daemon import home_of

    port = urlsplit(target.endpoint_url or "").port
    return home_of(sandbox, f"{target.name}-{port}" if target.copy_of else target.name)


def _unavailable(message: str, remedy: str = "") -> CloudError:
    return CloudError(Trouble.UNAVAILABLE, "SandboxUnavailable", message, sent=False, remedy=remedy)
