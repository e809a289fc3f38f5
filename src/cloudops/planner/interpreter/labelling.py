"""Putting tags on things and taking them off."""

from __future__ import annotations

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame, tags_in
from modalities.change import SetTags


def tag(frame: Frame, clause: Clause) -> None:
    """ "tag web-1 with env=prod", "tag everything project=demo" of what is to be made."""
    keys = [(key, thing) for thing in clause.things for key in thing.tag_keys]
    if keys:
        key, thing = keys[0]
        raise ask(
            f"What value should the tag “{key}” have?",
            request=frame.request,
            at=thing.end,
            put="={answer}",
            hint="write tags as key=value",
        )
    if frame.draft.things and any(t.pronoun == "everything" for t in clause.things):
        frame.draft.tags_on_all.extend(tags_in(clause))
        return
    frame.select_by_tag(clause)
    tags = tuple(tags_in(clause))
    if not tags:
        raise _which_tag(frame, clause, "write tags as key=value")
    for key, value in tags:
        check_tag(key, value)
    there = frame.apart_from_drafted(
        frame.targets(clause, None, "tags"), lambda made: made.tags.extend(tags)
    )
    frame.plan_each(there, lambda t: SetTags(what=frame.selection(t, t.kind), add=tags))


def untag(frame: Frame, clause: Clause) -> None:
    """ "remove the tag env from web-1"."""
    bare = [t for t in clause.things if t.is_bare]
    keys = [k for t in bare for k in (*t.tag_keys, *(key for key, _ in t.tags))]
    solid = clause.solid
    if not keys and len(solid) > 1 and not solid[0].kind and solid[0].names:
        keys.extend(solid[0].names)  # "untag cost-center from web-1"
        clause.things.remove(solid[0])
    for thing in bare:
        thing.tags, thing.tag_keys = [], []
        thing.says.pop("tagged", None)
    clause.things = [t for t in clause.things if not t.empty]
    if not keys:
        raise _which_tag(frame, clause, "name the tag's key")
    frame.plan_each(
        frame.targets(clause, None),
        lambda t: SetTags(what=frame.selection(t, t.kind), remove=tuple(keys)),
    )


def _which_tag(frame: Frame, clause: Clause, hint: str) -> Exception:
    at = clause.end
    return ask("Which tag?", request=frame.request, at=at, put=" {answer}", hint=hint)


def check_tag(key: str, value: str) -> None:
    """Raises Unclear for a tag that clouds do not take."""
    for text in (key, value):
        odd = any(not (sign.isalnum() or sign in "+-=._:/@ ") for sign in text)
        if odd or not text.strip() or len(text) > 128:
            raise Unclear(
                f"“{text}” cannot be a tag: letters, digits, spaces and + - = . _ : / @", text
            )
