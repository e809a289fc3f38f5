from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modalities.cidrs import free_network, free_subnet, parsed
from modalities.contract import Unsupported

SIXTEENS = st.integers(0, 255).map(lambda n: IPv4Network(f"10.{n}.0.0/16"))
OTHERS = st.sampled_from(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/20", "10.4.4.0/24"])
TAKEN = st.lists(SIXTEENS | OTHERS.map(IPv4Network), max_size=30)


@given(TAKEN)
def test_a_new_network_is_private_large_and_alone(taken: list[IPv4Network]) -> None:
    try:
        network = free_network(taken)
    except Unsupported:
        space = {IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12")}
        assert space <= set(taken)
    else:
        assert network.is_private
        assert network.prefixlen == 16
        assert not any(network.overlaps(other) for other in taken)


WITHIN = st.integers(16, 28).flatmap(
    lambda prefix: st.tuples(
        st.just(IPv4Network(f"10.0.0.0/{prefix}")),
        st.lists(st.tuples(st.integers(0, 2**12), st.integers(prefix, 28)), max_size=12),
    )
)


@given(WITHIN)
def test_a_new_subnet_is_inside_and_alone(drawn: tuple[IPv4Network, list[tuple[int, int]]]) -> None:
    network, wishes = drawn
    taken = []
    for number, prefix in wishes:
        whole = 2 ** (prefix - network.prefixlen)
        start = int(network.network_address) + (number % whole) * 2 ** (32 - prefix)
        taken.append(IPv4Network((start, prefix)))
    try:
        subnet = free_subnet([network], taken, 28)
    except Unsupported:
        smallest = network.subnets(new_prefix=28)
        assert all(any(part.overlaps(other) for other in taken) for part in smallest)
    else:
        assert subnet.subnet_of(network)
        assert 16 <= subnet.prefixlen <= 28
        assert not any(subnet.overlaps(other) for other in taken)


@pytest.mark.parametrize(
    ("network", "first"),
    [
        ("10.0.0.0/16", "10.0.0.0/24"),
        ("10.0.0.0/23", "10.0.0.0/24"),
        ("10.0.0.0/24", "10.0.0.0/25"),
        ("10.0.0.0/27", "10.0.0.0/28"),
        ("10.0.0.0/28", "10.0.0.0/28"),
    ],
)
def test_a_small_network_keeps_room_for_a_second(network: str, first: str) -> None:
    assert str(free_subnet([IPv4Network(network)], (), 28)) == first


@given(st.text(max_size=30))
def test_any_text_is_a_range_or_refused_in_words(text: str) -> None:
    with suppress(Unsupported):
        assert parsed(text) == ip_network(text)
