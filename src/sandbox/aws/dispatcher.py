"""moto behind one port, without what it looks up anew for every request."""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app


class Dispatcher(DomainDispatcherApplication):
    """moto lists its own directory and tries 180 patterns for every request (1 ms)."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._backends: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._backends:
            backend = super().get_backend_for_host(host)
            if host is not None and backend is None:
                raise NotImplementedError(f"moto has no service for {host}")
            self._backends[host] = backend
        return self._backends[host]
