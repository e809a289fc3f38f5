"""The environment of ``terraform``, built from nothing: who asks, where to, and no more."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from modalities.aws.connection import Connection
from modalities.aws.environment import NETWORK, of_ours, reaching
from modalities.tools import bare

SANDBOX_ATTEMPTS = "2"
"""An emulated cloud does not get better by asking again: what it lacks it answers with 500,
which the provider would repeat 25 times."""

OF_A_MODULE = ("TF_VAR_", "TF_TOKEN_", "TF_WORKSPACE", "TF_HTTP_")
"""What a person's own module may need of their environment."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``config`` is our CLI configuration; ``home`` an empty directory; ``own``: the code
    is a person's, who may have set variables for it."""

    config: Path
    home: Path
    own: bool = False

    def bare(self) -> dict[str, str]:
        """What any run needs, and what keeps ``terraform`` from asking a person."""
        return {
            **bare(self.home),
            "TF_CLI_CONFIG_FILE": str(self.config),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        }

    def fetching(self) -> dict[str, str]:
        """For getting providers: the network of ours, and nobody's credentials."""
        return {**self.bare(), **of_ours(NETWORK)}

    def to(self, connection: Connection) -> dict[str, str]:
        """For working on a cloud."""
        found = {**self.bare(), **reaching(connection)}
        if self.own:
            found |= {k: v for k, v in os.environ.items() if k.startswith(OF_A_MODULE)}
        if connection.endpoint_url:
            found["AWS_S3_USE_PATH_STYLE"] = "true"
        if connection.sandbox:
            found["AWS_MAX_ATTEMPTS"] = SANDBOX_ATTEMPTS
        if not connection.keys:
            found["HOME"] = str(Path.home())  # what signing in left behind is found there alone
        return found
