from __future__ import annotations

import threading

import pytest

from modalities.receipt import CloudError, Trouble
from sandbox.console.operations import KEPT, Done, Operation, Operations, Progress, Work


def begin(operations: Operations, work: Work = lambda: Done("done")) -> Operation:
    return operations.begin("Do it", "web-1", "me", "us-east-1", work)


def test_at_once() -> None:
    operations = Operations(None)
    ended = begin(operations)
    assert (ended.progress, ended.detail) == (Progress.SUCCEEDED, "done")
    assert operations.all() == (ended,)


def test_later_and_told_by_what_changed() -> None:
    operations = Operations(0.0)
    go, gone = threading.Event(), threading.Event()

    def work() -> Done:
        go.wait(10)
        return Done("done")

    begun = begin(operations, work)
    assert begun.progress is Progress.RUNNING
    assert operations.since(0) == (begun,)
    assert operations.since(begun.change) == ()
    go.set()
    while not operations.since(begun.change):
        gone.wait(0.005)
    (ended,) = operations.since(begun.change)
    assert (ended.id, ended.progress) == (begun.id, Progress.SUCCEEDED)
    assert len(operations.all()) == 1


def test_a_refusal_of_the_cloud() -> None:
    def work() -> Done:
        raise CloudError(Trouble.QUOTA, "TooMany", "no more")

    ended = begin(Operations(None), work)
    assert (ended.progress, ended.detail) == (Progress.FAILED, "TooMany: no more")


def test_a_fault_of_the_console_ends_it_and_is_in_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = begin(Operations(None), lambda: Done(str(1 // 0)))
    assert ended.progress is Progress.FAILED
    assert "ZeroDivisionError" in ended.detail
    assert "Traceback" in capsys.readouterr().err


def test_a_file_is_taken_once() -> None:
    operations = Operations(None)
    ended = begin(operations, lambda: Done("done", ("key.pem", "secret")))
    assert "secret" not in repr(operations.all())
    assert operations.take(ended.download) == ("key.pem", "secret")
    assert operations.take(ended.download) is None


def test_the_log_has_an_end() -> None:
    operations = Operations(None)
    for _ in range(KEPT + 3):
        begin(operations)
    assert len(operations.all()) == KEPT
    assert operations.all()[0].id == KEPT + 3
