"""Providers that stand by between commands that only read.

To start the provider for AWS is half of what a plan costs (2 of 4 s). Providers can be started
apart and attached to (the plugin SDK's debug mode); one that has been is good for any number of
plans, one at a time, in its own environment. What changes a cloud starts its own, as ever.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from modalities.iac import watched
from modalities.running import CutShort

ATTACH = "TF_REATTACH_PROVIDERS"
SAYS = re.compile(rb"TF_REATTACH_PROVIDERS='(\{.*\})'")

PATIENCE = 20.0
"""Seconds for a provider to say where it is; it takes two."""

MOST = 2
"""Providers kept; each takes 60 MB, and 190 after a plan. A rehearsal needs one of its own."""


class Provider:
    """One provider, started. Ends with this process, however that ends."""

    def __init__(self, binary: Path, environment: Mapping[str, str]) -> None:
        """Raises OSError."""
        self.busy = threading.Lock()
        self._place = tempfile.TemporaryDirectory(prefix="cloudops-provider-")
        self._said: str | None = None
        self._process = subprocess.Popen(  # noqa: S603 - the provider that `init` chose
            [sys.executable, "-IS", str(Path(watched.__file__)), str(binary), "-debug"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "TMPDIR": self._place.name},
            cwd=self._place.name,
            start_new_session=True,
            umask=0o077,  # whoever can reach its socket can act with its credentials
        )
        self._end = weakref.finalize(self, _ended, self._process)

    def attachment(self) -> str | None:
        """What Terraform needs to attach to it; None where it does not say in time."""
        if self._said is None:
            self._said = self._awaited()
        return self._said if self._process.poll() is None else None

    def close(self) -> None:
        self._end()
        with suppress(OSError):
            self._place.cleanup()

    def _awaited(self) -> str | None:
        pipe, give_up, said = self._process.stdout, time.monotonic() + PATIENCE, b""
        if pipe is None:
            return None
        with selectors.DefaultSelector() as waiting:
            waiting.register(pipe, selectors.EVENT_READ)
            while time.monotonic() < give_up:
                if not waiting.select(0.2):
                    continue
                data = os.read(pipe.fileno(), 1 << 14)
                said += data
                found = SAYS.search(said)
                if found:
                    return _valid(found[1])
                if not data:
                    break
        return None


class Standing:
    """The providers that stand by; by binary and environment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Provider] = OrderedDict()

    def begin(self, binary: Path | None, environment: Mapping[str, str]) -> None:
        """Have one ready by the time it is needed."""
        if binary is not None:
            with suppress(OSError):
                self._provider(binary, environment)

    @contextmanager
    def attached(
        self, binary: Path | None, environment: Mapping[str, str]
    ) -> Iterator[Mapping[str, str]]:
        """What to add to Terraform's environment; nothing where none can be had, or another
        command is at it. One that was interrupted is not used again."""
        provider = None
        if binary is not None:
            with suppress(OSError):
                provider = self._provider(binary, environment)
        if provider is None or not provider.busy.acquire(blocking=False):
            yield {}
            return
        try:
            said = provider.attachment()
            if said is None:
                self._drop(provider)
            yield {ATTACH: said} if said else {}
        except (CutShort, KeyboardInterrupt):
            self._drop(provider)
            raise
        finally:
            provider.busy.release()

    def _provider(self, binary: Path, environment: Mapping[str, str]) -> Provider:
        told = json.dumps([str(binary), sorted(environment.items())])
        key = hashlib.sha256(told.encode()).hexdigest()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = Provider(binary, environment)
            self._kept.move_to_end(key)
            idle = [k for k, p in self._kept.items() if k != key and not p.busy.locked()]
            for old in idle[: max(0, len(self._kept) - MOST)]:
                self._kept.pop(old).close()
            return self._kept[key]

    def _drop(self, provider: Provider) -> None:
        with self._lock:
            for key in [k for k, p in self._kept.items() if p is provider]:
                self._kept.pop(key).close()


def binary_of(directory: Path, provider: str) -> Path | None:
    """The program of ``HOST/NAMESPACE/TYPE`` as `init` put it into the directory; None where
    there are several, or the module needs other providers too: each would have to be told."""
    base = directory / ".terraform" / "providers"
    if len(list(base.glob("*/*/*"))) != 1:
        return None
    found = list(base.glob(f"{provider}/*/*/terraform-provider-*"))
    return found[0] if len(found) == 1 and os.access(found[0], os.X_OK) else None


def _valid(said: bytes) -> str | None:
    try:
        json.loads(said)
    except ValueError:
        return None
    return said.decode()


def _ended(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    if process.poll() is None:
        process.kill()
        process.wait()
