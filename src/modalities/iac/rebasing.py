"""The way back of an edition of Terraform code, laid on the code and the cloud as they are now.

An edition's own reversal writes the files of the past, and so stands on the very code that the
edition left, and on a cloud that is as that says. What a later run changed in the code, and what
others changed in the cloud, stays: Terraform writes a list or a map whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from modalities.action import IacChange
from modalities.aws.terraform import syntax
from modalities.aws.terraform.merging import merged
from modalities.contract import Moved
from modalities.iac.editions import forgets_of, imports_of
from modalities.iac.home import Home, digest_of, edited
from modalities.iac.recovery import NOTE
from modalities.step import Step

Following: TypeAlias = Callable[[Home, Collection[str], Mapping[str, str]], Mapping[str, str]]
"""The files that would say something else if the code said what the cloud has at these addresses,
with the ids of what may be still to be taken over. Raises CloudError."""

STAYING = frozenset({"update", "no-op", "forget"})
"""What Terraform does to a resource that is there before and after."""


@dataclass(slots=True)
class _Code:
    """As the reversals so far leave it: ``files`` as they are, ``said`` as they would be if they
    said what the cloud has, ``left`` as the step left them that is to be taken back next."""

    files: Mapping[str, str]
    said: Mapping[str, str]
    left: Mapping[str, str | None] = field(default_factory=dict)


class Rebasing:
    """For the reversals of one run, in the order in which they will be done: each stands on what
    those before it leave. ``of`` tells where a module lives, by its directory as an action has it;
    raises CloudError."""

    def __init__(self, of: Callable[[str], Home], following: Following) -> None:
        self._of = of
        self._following = following
        self._known: dict[str, _Code] = {}

    def rebase(self, done: Step, back: Step) -> Step:
        """``back`` as it takes ``done`` back from what is there now. Raises Moved, CloudError."""
        made, was = done.action, back.action
        if not (isinstance(made, IacChange) and isinstance(was, IacChange) and was.basis):
            return back
        code = self._code(made, was)
        left = {**made.files, **code.left}
        way, said = was, code.said
        moved = digest_of(code.files) != was.basis or said != code.files
        if moved and any(said.get(name) != text for name, text in was.files.items()):
            let_go = forgets_of(was.changes)
            files = {n: merged(left.get(n), t, said.get(n), let_go) for n, t in was.files.items()}
            then = edited(said, files)
            _require_unnamed(said, then)
            stays = _addresses(then).intersection(let_go)
            changes = tuple(e for e in was.changes if e["address"] not in stays)
            way = replace(was, files=files, changes=changes, basis=digest_of(code.files))
        code.files, code.said = (edited(side, way.files) for side in (code.files, said))
        code.left = {**left, **was.files}
        return back if way is was else replace(back, action=way)

    def _code(self, made: IacChange, was: IacChange) -> _Code:
        """What the step made or ended is not looked at: others have no part in that."""
        if made.module not in self._known:
            home = self._of(made.module)
            files = home.files()
            there = [str(e["address"]) for e in made.changes if {*e["actions"]} <= STAYING]
            broken_off = home.noted(NOTE) is not None
            imports = imports_of((*made.changes, *was.changes)) if broken_off else {}
            told = self._following(home, there, imports) if there else {}
            self._known[made.module] = _Code(files, edited(files, told))
        return self._known[made.module]


def _require_unnamed(now: Mapping[str, str], then: Mapping[str, str]) -> None:
    """Raises Moved where what is taken out of the code is named by what stays in it."""
    gone = _addresses(now) - _addresses(then)
    for text in then.values():
        for block in syntax.blocks(text):
            if named := gone & block.names:
                what = block.address or " ".join((block.type, *block.labels))
                raise Moved(f"{what} uses {min(named)} by now")


def _addresses(files: Mapping[str, str]) -> set[str]:
    return {b.address for text in files.values() for b in syntax.blocks(text) if b.address}
