"""A cloud that takes every connection and never says a word: --timeout is what ends the wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.aws import HANG, serve
from journey.conftest import Product


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Product]:
    released = threading.Event()
    server, endpoint = serve([HANG], released)
    yield Product(tmp_path, endpoint.url)
    released.set()
    server.shutdown()
    server.server_close()


def test_a_call_without_an_answer_ends_with_the_time_of_the_run(silent: Product) -> None:
    ended = silent("run", "Create a VM named web-1", "-t", "lab", "--timeout", "3s")
    report = ended.report
    assert (ended.code, report["outcome"], report["exit_code"]) == (124, "timeout", 124)
    assert report["usage"]["seconds"] < 6.0
    assert f"cloudops resume {report['run']}" in report["error"]["remedy"]
