from __future__ import annotations

import threading

import pytest

from sandbox.aws.gate import Gate, StillBusy


def test_it_shuts_only_when_nobody_is_inside() -> None:
    gate = Gate()
    order: list[str] = []
    inside, leave = threading.Event(), threading.Event()

    def request() -> None:
        with gate.passage("s3"):
            inside.set()
            leave.wait(5)
            order.append("request ends")

    def fork() -> None:
        with gate.shut():
            order.append("shut")

    threads = [threading.Thread(target=request), threading.Thread(target=fork)]
    threads[0].start()
    assert inside.wait(5)
    threads[1].start()
    leave.set()
    for thread in threads:
        thread.join(5)
    assert order == ["request ends", "shut"]


def test_nobody_enters_while_it_is_shut() -> None:
    gate = Gate()
    order: list[str] = []

    def request() -> None:
        with gate.passage("ec2"):
            order.append("request")

    with gate.shut():
        thread = threading.Thread(target=request)
        thread.start()
        thread.join(0.05)
        order.append("opened")
    thread.join(5)
    assert order == ["opened", "request"]


def test_it_opens_again_where_somebody_stays_too_long() -> None:
    gate = Gate()
    with gate.passage("sqs"), pytest.raises(StillBusy, match="1 requests"), gate.shut(within=0.01):
        pass
    with gate.passage("ec2"):
        pass


def test_requests_on_the_same_objects_come_one_after_the_other() -> None:
    gate = Gate()
    at_once: list[int] = []
    inside = 0

    def request() -> None:
        nonlocal inside
        for _ in range(200):
            with gate.passage("ec2"):
                inside += 1
                at_once.append(inside)
                inside -= 1

    threads = [threading.Thread(target=request) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert at_once == [1] * 800


def test_in_a_child_it_is_open_and_empty() -> None:
    gate = Gate()
    with gate.shut():
        gate.forked()
        with gate.passage("ec2"):
            pass
