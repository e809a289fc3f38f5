"""The way back of an edition of Terraform code, laid on the code as it is now.

An edition's own reversal writes the files of the past, and so stands on the very code that the
edition left. A later run, or one whose changes the code has followed (keeping.py), edits it: what
that changed stays in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from modalities.action import IacChange
from modalities.aws.terraform import syntax
from modalities.aws.terraform.merging import merged
from modalities.contract import Moved
from modalities.iac.home import Home, digest_of, edited
from modalities.step import Step


class Rebasing:
    """For the reversals of one run, in the order in which they will be done: each stands on what
    those before it leave. ``home`` tells where a module lives, by its directory as an action has
    it; raises CloudError."""

    def __init__(self, home: Callable[[str], Home]) -> None:
        self._home = home
        self._now: dict[str, dict[str, str]] = {}
        self._left: dict[str, Mapping[str, str | None]] = {}

    def rebase(self, done: Step, back: Step) -> Step:
        """``back`` as it takes ``done`` back from what is there now. Raises Moved, CloudError."""
        made, was = done.action, back.action
        if not (isinstance(made, IacChange) and isinstance(was, IacChange) and was.basis):
            return back
        way = was
        now = self._now.get(way.module)
        if now is None:
            now = self._home(way.module).files()
        left = {**made.files, **self._left.get(way.module, {})}
        if digest_of(now) != way.basis and any(now.get(n) != t for n, t in way.files.items()):
            files = {n: merged(left.get(n), t, now.get(n)) for n, t in way.files.items()}
            way = replace(way, files=files, basis=digest_of(now))
            _require_unnamed(now, edited(now, files))
        self._now[way.module] = edited(now, way.files)
        self._left[way.module] = {**left, **was.files}
        return back if way is was else replace(back, action=way)


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
