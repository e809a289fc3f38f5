from __future__ import annotations

import socket

import pytest
from moto.ec2 import utils

from sandbox.aws.ids import given, install
from sandbox.aws.server import Server


def test_a_socket_that_others_could_reach_is_refused() -> None:
    everywhere = ("0.0.0.0", 0)  # noqa: S104 - what must not be
    with (
        socket.create_server(everywhere) as listener,
        pytest.raises(PermissionError, match=r"loopback addresses only, not 0\.0\.0\.0"),
    ):
        Server(lambda environ, start: [], listener)


def test_ids_are_those_given_then_random_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(utils, "random_id", utils.random_id)  # put back when the test is over
    install()
    with given("vol-1", "i-1", "vol-2", "eni-attach-7", None, ""):
        assert utils.random_volume_id() == "vol-1"
        assert utils.random_subnet_id().startswith("subnet-")
        assert utils.random_volume_id() == "vol-2"
        assert utils.random_instance_id() == "i-1"
        assert utils.random_eni_attach_id() == "eni-attach-7"
        assert utils.random_instance_id() not in ("i-1", "i-")
    assert utils.random_volume_id() not in ("vol-1", "vol-2")
