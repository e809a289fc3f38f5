"""The way back of an edition keeps what the code, or the cloud, has by now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.plans import call, ref, step
from modalities.action import IacChange
from modalities.contract import Moved
from modalities.iac.home import Home, digest_of, edited
from modalities.iac.rebasing import Rebasing
from modalities.iac.recovery import NOTE
from modalities.resource import Kind
from modalities.step import Effect, Step

WEB = 'resource "aws_instance" "web" {\n  instance_type = "t3.micro"\n}\n'
GROUP = 'resource "aws_security_group" "web" {\n  name = "web"\n}\n'
LOGS = 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n'
OTHERS = LOGS.replace("logs", "others")
BIG, HUGE = WEB.replace("micro", "large"), WEB.replace("micro", "2xlarge")
KEPT, BIG_KEPT = (text.replace("}", "  monitoring    = true\n}") for text in (WEB, BIG))
ADDRESSES = ("aws_instance.web", "aws_security_group.web")


def change(
    files: Mapping[str, str | None], basis: Mapping[str, str], group: str = "create", **web: Any
) -> Step:
    """The machine is there before and after."""
    changes = (
        {"address": "aws_instance.web", "actions": ["update"], **web},
        {"address": "aws_security_group.web", "actions": [group]},
    )
    action = IacChange(files, ADDRESSES, changes, basis=digest_of(basis))
    return replace(step("x", Effect.UPDATE, call("x"), ref(Kind.VM, "web")), action=action)


def action_of(back: Step) -> IacChange:
    assert isinstance(back.action, IacChange)
    return back.action


class There:
    """A module as it is, and what of it would say something else if it followed the cloud."""

    def __init__(self, home: Path, files: Mapping[str, str], told: Mapping[str, str]) -> None:
        self.home = Home(home, home / ".cloudops")
        self.home.make()
        self.home.write(files)
        self.told = told
        self.asked: list[tuple[Collection[str], Mapping[str, str]]] = []
        self.rebase = Rebasing(lambda _: self.home, self.following).rebase

    def following(
        self, _: Home, addresses: Collection[str], imports: Mapping[str, str]
    ) -> Mapping[str, str]:
        self.asked.append((addresses, imports))
        return self.told


BEFORE = {"compute.tf": WEB}
AFTER = {"compute.tf": BIG}
DONE = change(AFTER, BEFORE)
BACK = change(BEFORE, AFTER)


def test_where_nothing_moved_it_stays_as_it_is(tmp_path: Path) -> None:
    there = There(tmp_path, AFTER, {})
    assert there.rebase(DONE, BACK) is BACK
    assert there.asked == [(["aws_instance.web"], {})], "what it made itself is its own"


def test_what_a_later_run_wrote_stays(tmp_path: Path) -> None:
    now = {"compute.tf": f"{BIG_KEPT}\n{LOGS}", "storage.tf": OTHERS}
    back = action_of(There(tmp_path, now, {}).rebase(DONE, BACK))
    assert back.files == {"compute.tf": f"{KEPT}\n{LOGS}"}
    assert back.basis == digest_of(now)


def test_what_the_cloud_has_stays(tmp_path: Path) -> None:
    there = There(tmp_path, AFTER, {"compute.tf": BIG_KEPT})
    back = action_of(there.rebase(DONE, BACK))
    assert back.files == {"compute.tf": KEPT}
    assert back.basis == digest_of(AFTER), "it is the code that it stands on"


def test_what_a_run_that_was_broken_off_was_to_take_over_may_not_be_known(tmp_path: Path) -> None:
    there = There(tmp_path, AFTER, {"compute.tf": BIG_KEPT})
    there.home.note(NOTE, {"key": "x"})
    back = action_of(there.rebase(change(AFTER, BEFORE, importing="i-1"), BACK))
    assert back.files == {"compute.tf": KEPT}
    assert there.asked == [(["aws_instance.web"], {"aws_instance.web": "i-1"})]


def test_of_what_a_run_made_itself_nobody_is_asked(tmp_path: Path) -> None:
    done = replace(DONE, action=replace(action_of(DONE), changes=action_of(DONE).changes[1:]))
    there = There(tmp_path, AFTER, {"compute.tf": BIG_KEPT})
    assert there.rebase(done, BACK) is BACK
    assert there.asked == []


def test_code_that_is_back_already_is_what_it_stands_on(tmp_path: Path) -> None:
    assert There(tmp_path, BEFORE, {}).rebase(DONE, BACK) is BACK


@pytest.mark.parametrize(
    ("now", "told"), [({"compute.tf": HUGE}, {}), (AFTER, {"compute.tf": HUGE})]
)
def test_what_both_changed_is_refused(
    tmp_path: Path, now: Mapping[str, str], told: Mapping[str, str]
) -> None:
    with pytest.raises(Moved, match="instance_type"):
        There(tmp_path, now, told).rebase(DONE, BACK)


def test_each_way_back_stands_on_those_before_it(tmp_path: Path) -> None:
    """What was taken over is changed back first, and let go after that."""
    network = f"{LOGS}\n{GROUP}"
    before, between = {"network.tf": LOGS}, {"compute.tf": WEB, "network.tf": network}
    after = {"compute.tf": BIG, "network.tf": network}
    done = change(after, before)
    first = change({"compute.tf": WEB}, after)
    second = change({"compute.tf": None, "network.tf": LOGS}, between)
    now = {"compute.tf": BIG_KEPT, "network.tf": f"{network}\n{OTHERS}"}
    there = There(tmp_path, now, {})
    one, two = (action_of(there.rebase(done, back)) for back in (first, second))
    assert one.files == {"compute.tf": KEPT}
    assert two.files == {"compute.tf": None, "network.tf": f"{LOGS}\n{OTHERS}"}
    assert two.basis == digest_of(edited(now, one.files))
    assert len(there.asked) == 1


def test_what_others_use_by_now_is_not_taken_out_of_the_code(tmp_path: Path) -> None:
    done, back = change({"network.tf": GROUP}, {}), change({"network.tf": None}, {})
    uses = WEB.replace("}", "  vpc_security_group_ids = [aws_security_group.web.id]\n}")
    there = There(tmp_path, {"network.tf": GROUP, "compute.tf": uses}, {})
    with pytest.raises(Moved, match=r"aws_instance\.web uses aws_security_group\.web by now"):
        there.rebase(done, back)


def test_what_is_no_edition_stays_as_it_is(tmp_path: Path) -> None:
    there = There(tmp_path, AFTER, {"compute.tf": BIG_KEPT})
    other = step("x", Effect.UPDATE, call("x"), ref(Kind.VM, "web"))
    assert there.rebase(DONE, other) is other
    assert there.rebase(other, BACK) is BACK
    assert there.asked == []
