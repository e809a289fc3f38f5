"""One request for two clouds, told apart into one for each: by the words alone.

Two forms are understood: what is to be on both ("a VM named web-1 on AWS and Azure"), and one
thing here and another there ("one VM on AWS and one on Azure, same name"). What comes of it are
requests in words, which are then understood as any other; nothing is guessed between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cloudops.errors import NotUnderstood
from cloudops.planner.by_cloud import by_cloud
from cloudops.request import Goal, Intent
from modalities.resource import Provider

GRAVITY = (Goal.MONITOR, Goal.PROVISION, Goal.UPDATE, Goal.DELETE)
"""Goals, the gravest last."""

WORDS = {
    Provider.AWS: r"(?:aws|amazon(?:\s+web\s+services)?)",
    Provider.AZURE: r"(?:(?:microsoft\s+)?azure)",
}
_EITHER = rf"(?:{WORDS[Provider.AWS]}|{WORDS[Provider.AZURE]})"
_ON = r"(?:on|in|at)"
BOTH = re.compile(
    rf",?\s*\b{_ON}\s+(?:both\s+)?(?P<one>{_EITHER})\s*(?:and|&|,)\s*(?:also\s+)?(?:{_ON}\s+)?"
    rf"(?P<other>{_EITHER})\b|,?\s*\b{_ON}\s+both\s+clouds\b",
    re.I,
)
EACH = re.compile(
    rf"^(?P<first>.*?)\s+{_ON}\s+(?P<one>{_EITHER})\s*,?\s*(?:and|plus|&)\s+(?P<second>.*?)"
    rf"\s+{_ON}\s+(?P<other>{_EITHER})\b(?P<rest>.*)$",
    re.I | re.S,
)
SAME_NAME = re.compile(
    r",?\s*(?:(?:and|but)\s+)?(?:both\s+)?(?:with\s+|of\s+|under\s+)?(?:the\s+)?same\s+name\b"
    r"(?:\s+(?:on|in)\s+both)?",
    re.I,
)
NAMED = re.compile(r"(?:named|called)\s+['\"“]?[\w.-]+['\"”]?", re.I)
BOTH_NAMED = re.compile(r",?\s*\b(?:both|each)\s+(?=named\b|called\b)", re.I)
VERB = re.compile(
    r"^\s*(?:please\s+)?(?P<verb>create|make|launch|provision|deploy|start|stop|restart|delete"
    r"|spin\s+up|set\s+up|i\s+need|i\s+want|build)\b",
    re.I,
)
HEAD = re.compile(
    r"\b(?:vm|virtual\s+machine|instance|machine|server|disk|network|bucket)s?\b", re.I
)
ONE = re.compile(r"^\s*(?P<one>one|a|another|the\s+other)(?:\s+one)?\s*$", re.I)


def told_apart(text: str) -> Mapping[Provider, str] | None:
    """The request of each cloud; None where the words do not name two, or not so."""
    both = BOTH.search(text)
    if both and not EACH.match(text):
        return _on_both(text, both)
    found = EACH.match(text)
    if found is None:
        return None
    one, other = _cloud(found["one"]), _cloud(found["other"])
    if one is other or re.search(_EITHER, found["rest"], re.I):
        return None
    first, second = found["first"], _completed(found["second"], found["first"])
    rest, name = _of_both(found["rest"], text)
    return {
        one: _said(first, one, rest, name),
        other: _said(second, other, rest, name),
    }


def of_both(shares: Sequence[Intent]) -> Intent:
    """One intent of all shares. Raises NotUnderstood for a question on one cloud beside a change
    on the other."""
    if len({share.question is None for share in shares}) > 1:
        raise NotUnderstood("a question and a change are two requests")
    clouds = {share.cloud: share for share in shares if share.cloud is not None}
    first = shares[0]
    return Intent(
        goal=max((share.goal for share in shares), key=GRAVITY.index),
        summary="; ".join(f"on {cloud.words}: {s.summary}" for cloud, s in clouds.items()),
        changes=tuple(change for share in shares for change in share.changes),
        question=first.question,
        defaults=by_cloud({cloud: share.defaults for cloud, share in clouds.items()}),
        shares=tuple(shares),
    )


def _on_both(text: str, both: re.Match[str]) -> Mapping[Provider, str] | None:
    if both["one"] and _cloud(both["one"]) is _cloud(both["other"]):
        return None
    plain = SAME_NAME.sub("", text[: both.start()] + text[both.end() :]).strip(" ,.")
    return None if re.search(_EITHER, plain, re.I) else {p: f"{plain} on {_word(p)}" for p in WORDS}


def _completed(second: str, first: str) -> str:
    """ "one" beside "create one VM" is one VM; a verb is said once for both."""
    head = HEAD.search(first)
    if ONE.match(second) and head:
        second = f"one {head[0]}"
    verb = VERB.match(first)
    return second if VERB.match(second) or verb is None else f"{verb['verb']} {second}"


def _of_both(rest: str, text: str) -> tuple[str, str]:
    """What is said of both after the second cloud, and the name that they share."""
    same = SAME_NAME.search(text)
    rest = BOTH_NAMED.sub(" ", SAME_NAME.sub("", rest))
    names = {found.casefold(): found for found in NAMED.findall(text)}
    return rest.strip(" .,"), next(iter(names.values())) if same and len(names) == 1 else ""


def _said(what: str, cloud: Provider, rest: str, name: str) -> str:
    what = SAME_NAME.sub("", what).strip(" ,")
    named = f" {name}" if name and name not in f"{what} {rest}" else ""
    return f"{what}{named}{' ' + rest if rest else ''} on {_word(cloud)}"


def _word(cloud: Provider) -> str:
    return "AWS" if cloud is Provider.AWS else "Azure"


def _cloud(word: str) -> Provider:
    return Provider.AWS if re.fullmatch(WORDS[Provider.AWS], word, re.I) else Provider.AZURE
