from __future__ import annotations

import socket

import pytest

from sandbox.guard import NotLoopback, assert_loopback, fail_closed


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:5000", "http://localhost:1", "https://[::1]:8443/x", "http://127.9.9.9"],
)
def test_addresses_of_this_machine_pass(url: str) -> None:
    assert assert_loopback(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://ec2.us-east-1.amazonaws.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://user@10.0.0.1",
        "http://0.0.0.0:5000",
        "127.0.0.1:5000",
        "http://[::1",
        "",
    ],
)
def test_all_else_is_refused(url: str) -> None:
    with pytest.raises(NotLoopback):
        assert_loopback(url)


def test_nothing_listens_behind_the_dead_proxy() -> None:
    assert fail_closed()["HTTPS_PROXY"] == fail_closed()["https_proxy"] == "http://127.0.0.1:9"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 9), 1)
