"""The client of a daemon's control side, ``/_cloudops/`` on its own port."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any

from sandbox import record

AUTHORITY = "ca.pem"
"""The certificate of the daemon's own authority, in its home; only where it serves TLS."""


class Unreachable(Exception):
    """The daemon does not answer, or answers what it should not."""


def ask(home: Path, port: int, method: str, path: str, body: Any = None, limit: float = 5) -> Any:
    """The JSON answer of ``method`` on ``/_cloudops/path``, within ``limit`` seconds.

    Raises Unreachable.
    """
    connection = _connection(home, port, limit)
    try:
        headers = {"Authorization": f"Bearer {record.read_token(home)}"}
        content = None if body is None else json.dumps(body).encode()
        connection.request(method, f"/_cloudops/{path}", content, headers)
        response = connection.getresponse()
        answer = response.read()
        data = json.loads(answer) if answer else None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"the sandbox does not answer on port {port}: {error}") from error
    finally:
        connection.close()
    if response.status >= 400:
        raise Unreachable(str((data or {}).get("error", response.reason)))
    return data


def _connection(home: Path, port: int, limit: float) -> http.client.HTTPConnection:
    """By TLS where the daemon has an authority of its own (Azure)."""
    if not (home / AUTHORITY).exists():
        return http.client.HTTPConnection("127.0.0.1", port, timeout=limit)
    import ssl

    trusting = ssl.create_default_context(cafile=str(home / AUTHORITY))
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=limit, context=trusting)
