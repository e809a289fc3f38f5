"""A process that holds the locks of a plan, as executing it would, until its input ends.

``python holder.py STATE_DB PLAN`` says ``held`` when it has them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cloudops.engine.claim import claim
from cloudops.engine.journal import Journal
from cloudops.engine.passage import new_id
from cloudops.planfile import load
from cloudops.state.sql import open_store


def main(database: str, file: str) -> None:
    store = open_store(Path(database))
    plan = load(Path(file))
    run = new_id()
    with claim(store, plan, run, Journal(run, None, None), timeout=30.0):
        sys.stdout.write("held\n")
        sys.stdout.flush()
        sys.stdin.read()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
