"""What "it", "them" and "the second one" stand for after each line of a session."""

from __future__ import annotations

from dataclasses import replace

from cloudops.commands.recent import remembered
from cloudops.engine.report import Report
from cloudops.request import Answer, Context, Goal, Intent, Request, StatusOf
from fakes.saved_plan import IDENTITY
from modalities.change import Attach, Change, Create, Delete, Power, Selection, SetPower
from modalities.resource import Kind, ResourceRef
from modalities.wanted import Disk, Network, Vm


def report(*changes: Change, question: StatusOf | None = None, outcome: str = "done") -> Report:
    return Report(
        run="r",
        request=Request(text="", target="sandbox", actor=""),
        outcome=outcome,
        exit_code=0,
        identity=IDENTITY,
        intent=Intent(goal=Goal.UPDATE, summary="", changes=changes, question=question),
    )


def vms(*names: str) -> Selection:
    return Selection(kind=Kind.VM, names=names)


def names(context: Context, kind: Kind = Kind.VM) -> list[str]:
    return [ref.name for ref in context.recent_of(kind)]


THREE = report(Create(wanted=(Network(name="net"), Vm(name="a"), Vm(name="b"), Vm(name="c"))))


def test_what_was_made_in_the_order_it_was_asked_for() -> None:
    context = remembered(Context(), THREE)
    assert names(context) == ["a", "b", "c"]
    assert names(context, Kind.NETWORK) == ["net"]
    assert context.recent[0] == ResourceRef(IDENTITY.provider, IDENTITY.scope, Kind.NETWORK, "net")


def test_one_of_several_is_it_and_the_third_still_the_third() -> None:
    context = remembered(Context(), THREE)
    context = remembered(context, report(Attach(what=Disk(name="data", gib=5), to=vms("b"))))
    assert names(context)[-1] == "b"
    assert names(context)[2] == "c"
    assert names(context, Kind.DISK) == ["data"]
    context = remembered(context, report(SetPower(what=vms("c"), power=Power.STOP)))
    assert names(context) == ["a", "b", "c", "c"]


def test_new_ones_take_the_place_of_old_ones() -> None:
    context = remembered(Context(), THREE)
    assert names(remembered(context, report(Create(wanted=(Vm(name="d"),))))) == ["d"]
    assert names(remembered(context, report(question=StatusOf(what=vms("b", "x"))))) == ["b", "x"]


def test_what_an_answer_lists() -> None:
    entries = [{"kind": "vm", "name": n, "id": f"i-{n}"} for n in "xyz"]
    asked = report(question=StatusOf(what=Selection(kind=Kind.VM, every=True), state="stopped"))
    told = replace(asked, answer=Answer(text="", data={"vms": entries, "in_state": ["x", "z"]}))
    assert names(remembered(Context(), told)) == ["x", "z"]


def test_what_is_gone_is_not_pointed_at() -> None:
    context = remembered(Context(), THREE)
    gone = report(Delete(what=vms("b")))
    assert names(remembered(context, gone)) == ["a", "c"]
    assert "b" in names(remembered(context, replace(gone, outcome="declined")))


def test_a_line_that_came_to_nothing_changes_nothing() -> None:
    context = remembered(Context(), THREE)
    assert remembered(context, replace(THREE, intent=None)) == context
    assert remembered(context, replace(THREE, identity=None)) == context
