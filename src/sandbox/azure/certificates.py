"""The sandbox's own certificates: an authority per state directory, trusted by nobody else."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.control import AUTHORITY

SERVER = "server.pem"
"""Key and certificate of the server, for localhost and 127.0.0.1; for its owner only."""


def prepare(home: Path) -> None:
    """Make both where they are missing. A new authority is a new one for all clients, so that
    of before is kept; its key is thrown away as soon as it has signed the server's."""
    if (home / AUTHORITY).exists() and (home / SERVER).exists():
        return
    import trustme

    authority = trustme.CA(organization_name="cloudops sandbox")
    leaf = authority.issue_cert("localhost", "127.0.0.1", "::1")
    pem = leaf.private_key_and_cert_chain_pem.bytes()
    (home / SERVER).unlink(missing_ok=True)
    with os.fdopen(os.open(home / SERVER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
        f.write(pem)
    authority.cert_pem.write_to_path(str(home / AUTHORITY))
