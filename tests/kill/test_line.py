"""What a request is called, on either cloud, and what is refused."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kill.line import Line, Sent

GROUP = "/subscriptions/s/resourceGroups/lab"
MACHINE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-1"
BEARER = (("Authorization", "Bearer x"),)
SIGNED = (
    ("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request"),
)


@pytest.mark.parametrize(
    ("method", "path", "label"),
    [
        ("PUT", GROUP, "arm:PUT resourceGroups"),
        ("PUT", MACHINE, "arm:PUT virtualMachines"),
        ("POST", f"{MACHINE}/restart?api-version=1", "arm:POST virtualMachines/restart"),
        ("PATCH", f"{MACHINE}/providers/Microsoft.Resources/tags/default", "arm:PATCH tags"),
        (
            "PUT",
            f"{GROUP}/providers/Microsoft.Network/virtualNetworks/n/subnets/s",
            "arm:PUT virtualNetworks/subnets",
        ),
        ("POST", "/tenant/oauth2/v2.0/token", "signing-in:"),
    ],
)
def test_a_request_of_azures_is_called_by_what_it_is_about(
    method: str, path: str, label: str
) -> None:
    assert Sent(method, path, BEARER, b"").label == label


def test_one_of_aws_is_called_by_its_operation() -> None:
    assert Sent("POST", "/", SIGNED, b"Action=RunInstances&Version=1").label == "ec2:RunInstances"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (Sent("POST", "/", SIGNED, b"Action=CreateVolume"), b"UnauthorizedOperation"),
        (Sent("PUT", MACHINE, BEARER, b"{}"), b"AuthorizationFailed"),
    ],
)
def test_what_is_refused_is_refused_however_late_it_arrives(sent: Sent, said: bytes) -> None:
    line = Line(refused=sent.label)
    status, _, body = line.forward(sent)
    assert status == 403
    assert said in body


def test_nothing_reaches_the_cloud_while_a_moment_is_copied() -> None:
    describe = Sent("POST", "/", SIGNED, b"Action=DescribeVpcs")
    arrived = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as cloud, ThreadPoolExecutor(2) as pool:
        line = Line(upstream=cloud.getsockname()[1])

        def accept() -> None:
            connection, _ = cloud.accept()
            arrived.set()
            connection.close()

        with line.still():
            waiting = pool.submit(line.forward, describe)
            pool.submit(accept)
            assert not arrived.wait(0.2)
        assert arrived.wait(10)
        assert isinstance(waiting.exception(10), OSError)


def test_a_moment_is_copied_when_what_is_on_its_way_has_arrived() -> None:
    create = Sent("POST", "/", SIGNED, b"Action=CreateVpc")
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n<r><vpcId>vpc-1</vpcId></r>"
    with socket.create_server(("127.0.0.1", 0)) as cloud, ThreadPoolExecutor(1) as pool:
        line = Line(upstream=cloud.getsockname()[1])
        pool.submit(line.forward, create)
        connection, _ = cloud.accept()
        with connection:
            threading.Timer(0.2, connection.sendall, (answer,)).start()
            with line.still():
                assert line.log()[0] == {"CreateVpc": {"vpc-1"}}
