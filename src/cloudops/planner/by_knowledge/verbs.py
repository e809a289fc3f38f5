"""Whether a person's verb and an operation's say the same. Near is not enough: who asks to
empty a queue does not ask to delete it."""

from __future__ import annotations

from cloudops.knowledge.words import HUMP, stem

SAME = (
    ("create", "create make provision build new"),
    ("delete", "delete remove destroy drop erase terminate deregister"),
    ("update", "update modify change edit set put adjust configure alter"),
    ("list", "list describe get show display view fetch retrieve find see print tell search head"
             " lookup check return obtain read enumerate gather"),
    ("add", "add attach associate join"),
    ("take off", "detach disassociate"),
    ("start", "start begin run"),
    ("stop", "stop halt end"),
    ("restart", "restart reboot"),
    ("tag", "tag label"),
    ("untag", "untag unlabel"),
    ("enable", "enable activate"),
    ("disable", "disable deactivate"),
    ("empty", "purge empty clear"),
    ("copy", "copy clone duplicate"),
    ("send", "send"),
)  # fmt: skip
"""Verbs that stand for each other."""

GROUP = {stem(verb): name for name, verbs in SAME for verb in verbs.split()}
READING = "list"


def verb_of(name: str) -> str:
    """The stem of an operation's verb: ``creat`` of CreateQueue."""
    return stem(HUMP.split(name)[0].lower()) if name else ""


def alike(asked: str, operation: str) -> bool:
    """By their stems."""
    return asked == operation or (asked in GROUP and GROUP[asked] == GROUP.get(operation))


def reads(asked: str) -> bool:
    """Whether the person only wants to see something."""
    return GROUP.get(asked) == READING


def known(word: str) -> bool:
    return word in GROUP
