"""The environment of ``aws``, built from nothing: who asks, where to, and no more.

What the command would read from a home directory besides credentials (aliases that run
programs, models of its own, plugins) is out of its reach: its home is an empty one.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from modalities import tools
from modalities.aws.connection import Connection
from modalities.aws.environment import NOBODY, reaching

CACHES = (".aws/sso/cache", ".aws/login/cache", ".aws/cli/cache")
"""What signing in left behind, and the command finds under its home alone."""

CONFIG = "[default]\ns3 =\n    addressing_style = path\n"
"""An emulated cloud has one host name, without a part for the bucket."""


class Home:
    """An empty home directory, gone with this object. ``path`` is also where commands run."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="cloudops-aws-"))
        self._end = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        (self.path / "config").write_text(CONFIG, encoding="ascii")
        for cache in CACHES:
            there, link = Path.home() / cache, self.path / cache
            if there.is_dir():
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(there)

    def bare(self) -> dict[str, str]:
        """What any program needs, and what keeps ``aws`` from talking to a person."""
        return {
            **tools.bare(self.path),
            **NOBODY,
            "PYTHONIOENCODING": "utf-8",
            "AWS_PAGER": "",
            "AWS_CLI_AUTO_PROMPT": "off",
        }

    def environment(self, connection: Connection, attempts: int) -> dict[str, str]:
        """For commands to ``connection``, which send each request ``attempts`` times at most.

        The older retry mode tells by its words which refusals it would have repeated.
        """
        settings = {
            **self.bare(),
            **reaching(connection),
            "AWS_MAX_ATTEMPTS": str(attempts),
            "AWS_RETRY_MODE": "legacy",
        }
        if connection.keys:
            settings["AWS_CONFIG_FILE"] = str(self.path / "config")
        return settings
