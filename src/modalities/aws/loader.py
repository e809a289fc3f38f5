"""botocore's models, loaded once for clients and for checks alike."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from botocore.loaders import Loader
from botocore.model import ServiceModel

_LOCK = threading.RLock()


class ModelLoader(Loader):
    """botocore's loader without its walk over every version of every service (25 ms)."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
        """Every directory counts; one without such a model is found out when it is loaded."""
        paths = (Path(path) for path in self.search_paths)
        return sorted({d.name for p in paths if p.is_dir() for d in p.iterdir() if d.is_dir()})


LOADER = ModelLoader()


def service_model(service: str) -> ServiceModel:
    """The model of ``service`` (``ec2``). Raises botocore's UnknownServiceError."""
    with _LOCK:
        return _service_model(service)


@cache
def _service_model(service: str) -> ServiceModel:
    return ServiceModel(LOADER.load_service_model(service, "service-2"), service)


def known_services() -> list[str]:
    return LOADER.list_available_services("service-2")
