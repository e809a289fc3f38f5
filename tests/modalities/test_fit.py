"""What each hand says of each kind of change."""

from __future__ import annotations

import pytest

from modalities.browser.fit import BROWSER
from modalities.change import Attach, Change, Create, Power, Selection, SetPower, SetTags
from modalities.cli.fit import CLI
from modalities.fit import Fit
from modalities.iac.fit import IAC
from modalities.resource import Kind
from modalities.sdk.fit import SDK
from modalities.wanted import Vm

WEB = Selection(kind=Kind.VM, names=("web-1",))
ATTACH = Attach(what=Selection(kind=Kind.DISK, names=("data",)), to=WEB)
TAG = SetTags(what=WEB, add=(("owner", "ada"),))


def create(count: int) -> Create:
    return Create(wanted=tuple(Vm(name=f"vm-{number}") for number in range(count)))


@pytest.mark.parametrize("fit", [SDK, CLI, IAC, BROWSER])
def test_the_change_that_fits_least_decides(fit: Fit) -> None:
    assert fit.of([TAG]) == fit.tags
    both: tuple[Change, ...] = (TAG, ATTACH, create(1))
    assert fit.of(both) == min((fit.tags, fit.relate, fit.create), key=lambda s: s.fit)
    assert fit.of([]) == fit.read


@pytest.mark.parametrize(("fit", "few"), [(SDK, 20), (CLI, 10), (IAC, 2), (BROWSER, 5)])
def test_many_are_more_than_the_most(fit: Fit, few: int) -> None:
    assert fit.of([create(few)]) == fit.create
    many = fit.of([create(few + 1)])
    assert many.fit == fit.many.fit
    assert many.why.startswith(f"{few + 1} resources")


def test_code_describes_no_restart() -> None:
    assert IAC.of([SetPower(what=WEB, power=Power.RESTART)]).fit == 0
    assert IAC.of([SetPower(what=WEB, power=Power.STOP)]).fit > 0
