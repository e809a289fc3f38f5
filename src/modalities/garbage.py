"""Garbage of Python's, and when it is looked for."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def looked_for_later() -> Iterator[None]:
    """Around work that makes much and drops little, such as reading 10,000 steps: Python looks
    through all there is each time that so much has been added, which was half of the time. What
    such work drops has no cycles and goes at once; cycles of other threads wait until it ends.

    Where two threads are in here, the first that began ends it for both, which only costs time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
