from __future__ import annotations

import pytest

from cloudops.planner.interpreter.vocabulary import nouns
from modalities.resource import Kind
from policies.nouns import means_all, mentions

SPOKEN = [
    (kind, noun.strip())
    for kind, _, phrases in nouns.NOUNS.values()
    if kind is not None
    for noun in phrases.split("|")
]


@pytest.mark.parametrize(("kind", "noun"), SPOKEN, ids=[noun for _, noun in SPOKEN])
def test_what_a_request_may_call_a_kind_is_that_kind_here_too(kind: Kind, noun: str) -> None:
    """Else words that the interpreter understands would be taken for no words at all."""
    assert [known for known in Kind if mentions(f"delete the {noun}", known)] == [kind]
    assert means_all(f"delete the {noun}", kind)
    assert means_all(f"Please drop my {noun}, now", kind)
    assert not means_all(f"delete {noun} blue", kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("delete VMs and the network", Kind.VM),
        ("delete VMs and the network", Kind.NETWORK),
        ("delete all unattached volumes", Kind.DISK),
        ("delete the three old virtual machines", Kind.VM),
        ("delete 3 load-balancers", Kind.LOAD_BALANCER),
        ("delete both disks of it", Kind.DISK),
    ],
)
def test_all_of_a_kind(text: str, kind: Kind) -> None:
    assert means_all(text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("delete the VM blue", Kind.VM),
        ("delete vm", Kind.VM),
        ("delete the target group", Kind.SECURITY_GROUP),
        ("delete the VM image", Kind.VM),
        ("delete the network interface", Kind.NETWORK),
        ("delete all disk snapshots", Kind.DISK),
        ("delete the resource group", Kind.SECURITY_GROUP),
    ],
)
def test_not_all_of_a_kind(text: str, kind: Kind) -> None:
    assert not means_all(text, kind)
