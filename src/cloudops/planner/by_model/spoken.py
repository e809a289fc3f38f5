"""The person's own words, and what of a model's reading stands in them.

What stands in quotes is a name or a value and asks for nothing: it may have been copied from
anywhere. It counts as one word. A verb behind a "not" asks for nothing either, nor does a request
that is a question throughout; what is to be kept is not to go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from cloudops.planner.interpreter.vocabulary.nouns import NUMBERS
from modalities.resource import Kind
from policies.nouns import means_all, mentions
from policies.words import ALL, RANGE

QUOTED = re.compile(
    r"“(?P<a>[^”]*)(?:”|$)|\"(?P<b>[^\"]*)(?:\"|$)|`(?P<c>[^`]*)(?:`|$)|«(?P<d>[^»]*)(?:»|$)"
    r"|(?<!\w)['‘](?P<e>[^'’]*)['’](?!\w)"
)
NEGATED = re.compile(
    r"(?:\b(?:not|never|without|nor|dont|instead of|rather than)|n['’]t)\s+(?:\w+\s+){0,2}$", re.I
)
ADDRESS = re.compile(r"\b\d+(?:\.\d+){3}(?:/\d+)?")
NAME_LIKE = re.compile(r"\b[a-z_]\w*(?:[-.]\w+)+", re.I)
NUMBER = re.compile(
    rf"(?<![\w.])(?P<n>\d+(?:\.\d+)?|(?:{'|'.join(NUMBERS)})\b)(?!\.?\d)"
    r"(?:\s?(?P<big>tib|tb|t|terabytes?)\b|\s?(?P<small>mib|mb|megabytes?)\b)?",
    re.I,
)
"""A number, and whether it counts terabytes or megabytes; gigabytes are what is counted in."""

ASKING = re.compile(
    r"\W*(?:(?:and|so|but|hey|say|pray|ok|please)\W+)*"
    r"(?:why|who|whose|when|what(?! (?:i|we) )|what's|which|where|how|is|are|was|were|did|does|has|"
    r"may i ask|would (?:i|we|they|it)|"
    r"(?:do|have|should|must) (?:i|we|you|they|it|any\w*|some\w*))\b",
    re.I,
)
"""How a sentence begins that only asks; ``could you`` and ``would you`` ask for something."""

KEPT = r"(?:keep\w*|leav\w+|spar(?:e|es|ing)|except(?: for)?|but not|other than|apart from)"
STAYS = r"(?:(?:must |shall |should |is to |has to )?(?:stays?|remains?|survives?|be kept)|is kept)"
BOUND = r"(?:[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|-)"
"""What a name does not end beside; scripts that put nothing between words end it."""

SEVERAL = re.compile(r"\b(each|every|per|pair|couple|both)\b", re.I)


@dataclass(frozen=True)
class Words:
    """``whole`` is the request; ``known`` are names that the session spoke of, ``made`` those
    that the reading itself gives to new things."""

    whole: str
    known: frozenset[str] = frozenset()
    made: frozenset[tuple[Kind, str]] = frozenset()
    dropped: list[str] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """Without what stands in quotes, unless that is all."""
        whole = self.whole.strip()
        alone = QUOTED.fullmatch(whole)
        return _inner(alone) if alone else QUOTED.sub(" … ", whole)

    @cached_property
    def quoted(self) -> frozenset[str]:
        """What stands in quotes, each as a whole; of ``key=value`` the two as well."""
        found = {_inner(each).strip().casefold() for each in QUOTED.finditer(self.whole)}
        halves = {h.strip() for each in found for h in re.split(r"[=:]", each, maxsplit=1)}
        return frozenset(found | halves)

    @cached_property
    def numbers(self) -> frozenset[float]:
        """In digits or words, but not those in names and addresses."""
        values = (q for q in self.quoted if NUMBER.fullmatch(q) or re.fullmatch(r"[\d.]+ ?gi?b", q))
        plain = " ; ".join((self.text, *values))
        plain = NAME_LIKE.sub(" ", ADDRESS.sub(" ", plain))
        return frozenset(n for each in NUMBER.finditer(plain) for n in _counted(each))

    def says(self, value: str) -> bool:
        """Whether it stands there as a word of its own."""
        if value.casefold() in self.quoted:
            return True
        return re.search(_whole(value), self.text, re.I) is not None

    @cached_property
    def only_asks(self) -> bool:
        """Whether every sentence of it is a question."""
        sentences = [each for each in re.split(r"[.!?;\n](?!\w)", self.text) if each.strip()]
        return bool(sentences) and all(ASKING.match(each) for each in sentences)

    def keeps(self, value: str) -> bool:
        """Whether it is said to be left as it is: ``but keep web-1``, ``web-1 stays``."""
        name = _whole(value)
        kept = rf"\b{KEPT}\s+(?:[\w-]+\s+){{0,2}}{name}|{name}\s+{STAYS}\b"
        return re.search(kept, self.text, re.I) is not None

    def names(self, value: str) -> bool:
        """What a new thing may refer to."""
        made = {name for _, name in self.made}
        return value.casefold() in self.known | made or self.says(value)

    def means(self, kind: Kind | None, value: str) -> bool:
        """Whether ``value`` names something of the kind that is there, or is new itself. The name
        of a new thing of another kind names nothing."""
        said = value.casefold()
        return (
            said in self.known
            or self.says(value)
            or (kind is not None and (kind, said) in self.made)
        )

    def counts(self, value: float) -> bool:
        return any(abs(value - n) < 1e-6 for n in self.numbers)

    def reads(self, pattern: str) -> bool:
        found = re.finditer(pattern, self.text, re.I)
        return any(not NEGATED.search(self.text[: each.start()]) for each in found)

    def ranges(self, first: int, last: int) -> bool:
        """Whether all from ``first`` to ``last`` is meant: ``80 and 443`` are two ports."""
        between = r"\s*(?:-|–|to|through|until|\.{2,3}|:)\s*"
        both = rf"\b{first}{between}{last}\b|\bbetween\s+{first}\s+and\s+{last}\b"
        return re.search(both, self.text, re.I) is not None

    def means_every(self, kind: Kind | None) -> bool:
        return bool(ALL.search(self.text)) or (kind is not None and means_all(self.text, kind))

    def mentions(self, kind: Kind) -> bool:
        return mentions(self.text, kind)

    def speaks_of(self, many: int) -> bool:
        """Whether so many new things that have no names there may be meant."""
        several = SEVERAL.search(self.text) or RANGE.search(self.text)
        return many < 2 or self.counts(many) or bool(several)


def _whole(value: str) -> str:
    return rf"(?<!{BOUND}){re.escape(value)}(?!{BOUND})"


def _inner(quoted: re.Match[str]) -> str:
    return next(part for part in quoted.groups() if part is not None)


def _counted(found: re.Match[str]) -> tuple[float, ...]:
    said = found["n"].casefold()
    number = float(NUMBERS.get(said, said))
    if found["big"]:
        return number * 1000, number * 1024
    if found["small"]:
        return number / 1000, number / 1024
    return (number,)
