"""Runs a provider for as long as whoever started this is there: its standard input says so.

Started with nothing but the standard library: ``python -IS watched.py PROGRAM ARGUMENT...``.
"""

from __future__ import annotations

import subprocess
import sys


def main(argv: list[str]) -> int:
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL)  # noqa: S603 - argv only
    try:
        while sys.stdin.buffer.read(4096):
            pass
    finally:
        child.kill()
        child.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
