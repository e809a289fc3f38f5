"""What is said back of changes says no more than they do."""

from __future__ import annotations

import pytest

from cloudops.planner.interpreter.summary import of_changes
from modalities.change import Create
from modalities.wanted import LoadBalancer


@pytest.mark.parametrize(
    ("balancer", "said"),
    [
        (LoadBalancer(name="front"), "Create load balancer front"),
        (
            LoadBalancer(name="front", port=80, target_port=8080, public=True),
            "Create public load balancer front listening on TCP 80 -> 8080",
        ),
        (
            LoadBalancer(name="front", port=443, protocol="https", public=False),
            "Create internal load balancer front listening on HTTPS 443",
        ),
    ],
)
def test_a_load_balancer_of_which_little_was_said(balancer: LoadBalancer, said: str) -> None:
    assert of_changes((Create(wanted=(balancer,)),)) == said
