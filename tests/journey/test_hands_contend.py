"""Whichever two hands want one resource, one of them waits; what is apart goes on at once.

Real processes on one store: one holds the locks of a plan, as executing it would; the other is
the product, applying a plan of its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product as pairs
from pathlib import Path

import pytest

from journey.conftest import Product, Witness, missing
from modalities.plan import ModalityName

HANDS = tuple(ModalityName)
VMS = ("web-1", "web-2")
GO = ("--target", "lab", "--yes", "--max-risk", "high")


class Plans:
    """Plans by hand and machine, made when they are first wanted, all from one cloud."""

    def __init__(self, product: Product, witness: Witness, home: Path) -> None:
        self.product = product
        self.witness = witness
        self._home = home
        self._made: dict[tuple[str, str], Path] = {}

    def of(self, hand: str, vm: str) -> Path:
        if (hand, vm) not in self._made:
            file = self._home / f"{hand}-{vm}.json"
            words = f"Tag {vm} with by={hand}"
            made = self.product(
                "plan", words, "--modality", hand, "--out", str(file), "--target", "lab"
            )
            assert made.code == 0, made.out + made.err
            assert {s["action"]["hand"] for s in made.report["plan"]["steps"]} == {hand}
            self._made[hand, vm] = file
        return self._made[hand, vm]

    @contextmanager
    def held(self, plan: Path) -> Iterator[None]:
        """Another process holds the plan's locks."""
        database = self.product.home / "state" / "state.db"
        script = Path(__file__).with_name("holder.py")
        with subprocess.Popen(
            [sys.executable, str(script), str(database), str(plan)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdin is not None
            assert holder.stdout.readline() == "held\n"
            try:
                yield
            finally:
                holder.stdin.close()

    def tags(self, vm: str) -> Mapping[str, str]:
        return {t["Key"]: t["Value"] for t in self.witness.vms()[vm]["Tags"]}


@pytest.fixture(scope="module")
def plans(
    product: Product, module_witness: Witness, tmp_path_factory: pytest.TempPathFactory
) -> Plans:
    for vm in VMS:
        made = product("run", f"Create a VM named {vm}", *GO)
        assert made.code == 0, made.out + made.err
    return Plans(product, module_witness, tmp_path_factory.mktemp("plans"))


@pytest.mark.parametrize(("holder", "comer"), tuple(pairs(HANDS, HANDS)))
def test_of_two_hands_on_one_machine_one_waits(
    plans: Plans, holder: ModalityName, comer: ModalityName
) -> None:
    for hand in {holder, comer}:
        if lacking := missing(hand):
            pytest.skip(lacking)
    before = plans.tags("web-1")
    with plans.held(plans.of(holder, "web-1")):
        late = plans.product("apply", str(plans.of(comer, "web-1")), *GO)
        assert late.code == 5, late.out + late.err
        assert f"by={holder}" in str(late.report["error"])
    assert plans.tags("web-1") == before


@pytest.mark.parametrize("holder", HANDS)
def test_siblings_do_not_wait_for_each_other(plans: Plans, holder: ModalityName) -> None:
    if lacking := missing(holder):
        pytest.skip(lacking)
    with plans.held(plans.of(holder, "web-1")):
        done = plans.product("run", f"Tag web-2 with beside={holder}", "--modality", "sdk", *GO)
    assert done.code == 0, done.out + done.err
    assert plans.tags("web-2")["beside"] == holder


def test_a_network_that_is_being_deleted_keeps_others_out(plans: Plans, tmp_path: Path) -> None:
    make = "Create a network named lab-net 10.9.0.0/16 with a subnet named lab-sub"
    assert plans.product("run", make, *GO).code == 0
    file = tmp_path / "delete.json"
    words = ("Delete network lab-net and subnet lab-sub", "--target", "lab")
    made = plans.product("plan", *words, "--out", str(file))
    assert made.code == 0, made.out + made.err
    with plans.held(file):
        late = plans.product("run", "Create a VM named late in subnet lab-sub", *GO)
    assert late.code == 5, late.out + late.err
    assert "late" not in plans.witness.vms()
