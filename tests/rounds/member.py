"""cloudops as one of a team runs it: ``member.py MACHINE LEASE WORDS...``.

MACHINE is what its machine is called (as root; else all have one name), LEASE how many seconds a
lease lives without a heartbeat. All else is ``cloudops`` as it is.
"""

from __future__ import annotations

import ctypes
import socket
import sys

NEW_NAME = 0x04000000
"""CLONE_NEWUTS of unshare(2)."""


def called(machine: str) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_NAME) == 0:
        socket.sethostname(machine)


def main() -> None:
    machine, lease, *words = sys.argv[1:]
    called(machine)
    from cloudops.engine import holding

    holding.TTL = float(lease)
    from cloudops import __main__ as program

    sys.argv = ["cloudops", *words]
    sys.exit(program.main())


if __name__ == "__main__":
    main()
