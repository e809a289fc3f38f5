"""Clouds to die in: one emulated cloud, and a fork of it for every trial."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from kill import arm, holdings
from kill.holdings import Holdings
from sandbox import control, process
from sandbox.daemon import Sandbox
from sandbox.emulator import Emulator

KEPT = 60.0
"""Seconds after which a fork is asked something."""


class Cloud(ABC):
    """An emulated cloud that is forked as it is, in milliseconds. ``home`` is also the home of
    the sandbox in which the product rehearses."""

    target: ClassVar[str]
    """What a configuration says of it, without its address."""
    traceless: ClassVar[frozenset[str]]
    """Writes that leave no trace in it: only the line knows how often they were done."""

    @property
    def secure(self) -> Path | None:
        """The key and certificate that it is known by, where it speaks TLS."""
        return None

    @abstractmethod
    def look(self, port: int) -> Holdings:
        """All that the one at ``port`` holds."""

    @abstractmethod
    def environment(self, home: Path) -> Mapping[str, str]:
        """Who the product is to it; ``home`` is that of whoever uses it."""

    def __init__(self, home: Path, sandbox: Emulator) -> None:
        self.home = home
        self._sandbox = sandbox

    def open(self, pace: float = 0.0) -> None:
        """``pace``: how long operations take, of what they take in the real cloud."""
        # All else on the machine may come first: the harness is run at the lowest priority.
        process.READY_WITHIN = 900.0
        self._sandbox.up()
        if pace:
            self._sandbox.ask("PUT", "settings", {"pace": pace})

    def close(self) -> None:
        from sandbox.console.daemon import down_all

        down_all(self.home)
        self._sandbox.down()

    @contextmanager
    def fork(self, port: int | None = None) -> Iterator[int]:
        """The port of a fork of the cloud at ``port``; None: of the empty one. It lives on while
        nobody asks it: on a busy machine that may be longer than the ten minutes it has."""
        parent = port or self._sandbox.up()[0].port
        made = self._ask(parent, "POST", "copies", self._order())
        over = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(int(made["port"]), over), daemon=True)
        keeper.start()
        try:
            yield int(made["port"])
        finally:
            over.set()
            keeper.join()
            with suppress(control.Unreachable):
                self._ask(parent, "DELETE", f"copies/{made.get('id') or made['pid']}")

    def _keep(self, port: int, over: threading.Event) -> None:
        while not over.wait(KEPT):
            with suppress(control.Unreachable):
                self._ask(port, "GET", "status")

    def _ask(self, port: int, method: str, path: str, body: Any = None) -> Any:
        return control.ask(self._sandbox.home, port, method, path, body, 60.0)

    def _order(self) -> Mapping[str, Any]:
        return {}


class Aws(Cloud):
    target = 'provider = "aws"\nregion = "us-east-1"\n'
    traceless = frozenset({"RebootInstances"})

    def __init__(self, home: Path) -> None:
        super().__init__(home, Sandbox(home))

    def look(self, port: int) -> Holdings:
        return holdings.look(port)

    def environment(self, home: Path) -> Mapping[str, str]:
        return {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    def _order(self) -> Mapping[str, Any]:
        return {"world": None}


class Azure(Cloud):
    target = 'provider = "azure"\nregion = "eastus"\nresource_group = "lab"\n'
    traceless = frozenset({"POST virtualMachines/restart"})

    def __init__(self, home: Path) -> None:
        from sandbox.azure.daemon import AzureSandbox, home_of

        super().__init__(home, AzureSandbox(home_of(home)))

    @property
    def secure(self) -> Path | None:
        from sandbox.azure.certificates import SERVER

        return self._sandbox.home / SERVER

    def look(self, port: int) -> Holdings:
        return arm.look(port, self._authority)

    def environment(self, home: Path) -> Mapping[str, str]:
        (home / "az").mkdir(exist_ok=True)
        return {
            "AZURE_CONFIG_DIR": str(home / "az"),
            "AZURE_SUBSCRIPTION_ID": arm.SUBSCRIPTION,
            "AZURE_TENANT_ID": arm.TENANT,
            "AZURE_CLIENT_ID": arm.CLIENT,
            "AZURE_CLIENT_SECRET": arm.SECRET,
            "REQUESTS_CA_BUNDLE": str(self._authority),
            "SSL_CERT_FILE": str(self._authority),
        }

    @property
    def _authority(self) -> Path:
        return self._sandbox.home / control.AUTHORITY


CLOUDS: Mapping[str, type[Aws] | type[Azure]] = {"aws": Aws, "azure": Azure}
