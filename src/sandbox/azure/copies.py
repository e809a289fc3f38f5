"""Disposable copies of an Azure target, for explorations and rehearsals."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from modalities.receipt import CloudError, Trouble
from modalities.resource import World
from modalities.target import Realm, Target, account_of
from sandbox import control
from sandbox.azure.daemon import AZ, AzureSandbox, environment
from sandbox.azure.names import SUBSCRIPTION
from sandbox.emulator import SandboxError

MAKE_WITHIN = 60.0


class AzureCopies:
    """Copies made by the daemon of ``sandbox``, which is started where it does not run."""

    def __init__(self, sandbox: AzureSandbox) -> None:
        self._sandbox = sandbox

    @contextmanager
    def copy(
        self, target: Target, world: World, documents: Sequence[Mapping[str, Any]] | None = None
    ) -> Iterator[Target]:
        """A writable target that holds what ``target`` holds, with the same ids.

        Where that is this sandbox, everything in it, as it is at this moment; for any other the
        ``documents`` that its API answered for each resource, and nothing else. Gone when the
        context ends. Raises CloudError.
        """
        port = self._port()
        if target.endpoint_url == self._sandbox.endpoint():
            order: dict[str, Any] = {}
        elif documents is None:
            raise CloudError(
                Trouble.NOT_EMULATED,
                "NotEmulated",
                "a copy of an Azure that is not the sandbox is made of its API's own documents",
                sent=False,
            )
        else:
            order = {"documents": list(documents), "subscriptions": [_subscription(target, world)]}
        made = self._ask(port, "POST", "copies", order)
        az = f"{AZ}-{made['port']}"
        try:
            yield self._target(target, _subscription(target, world), made["port"], az)
        finally:
            with suppress(control.Unreachable):  # with the daemon its copies are gone, too
                control.ask(self._sandbox.home, port, "DELETE", f"copies/{made['id']}")
            shutil.rmtree(self._sandbox.home / az, ignore_errors=True)

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

    def _target(self, target: Target, subscription: str, port: int, az: str) -> Target:
        endpoint = AzureSandbox.endpoint_of(port)
        return replace(
            target,
            name=f"copy-of-{target.name}",
            realm=Realm.SANDBOX,
            profile=None,
            endpoint_url=endpoint,
            environment=environment(self._sandbox.home, endpoint, subscription, az),
            writable=True,
            copy_of=target.name,
            console_url=None,
        )


def _subscription(target: Target, world: World) -> str:
    found = account_of(world.scope) or target.environment.get("AZURE_SUBSCRIPTION_ID", "")
    return found or SUBSCRIPTION


def _unavailable(message: str, remedy: str = "") -> CloudError:
    return CloudError(Trouble.UNAVAILABLE, "SandboxUnavailable", message, sent=False, remedy=remedy)
