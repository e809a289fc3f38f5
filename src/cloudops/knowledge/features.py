"""In what ways an operation is like a request, each as a number from 0 to 1 or so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from cloudops.knowledge.storing import Words
from cloudops.knowledge.words import VALUE, akin, does, stems

FEATURES = (
    "same_verb",
    "verb_alike",
    "verb_akin",
    "verb_anywhere",
    "in_nouns",
    "in_family",
    "in_lead",
    "in_about",
    "in_parameters",
    "in_any",
    "nouns_said",
    "nouns_unsaid",
    "last_noun",
    "object_in_nouns",
    "nouns_in_object",
    "lead_said",
    "pairs_in_nouns",
    "pairs_in_lead",
    "nouns_exactly",
    "family_said",
    "rank",
    "family_shown",
    "like_example",
    "as_example",
    "first_object",
    "plural",
)
"""Their names, in the order of their weights."""

BREAKS = frozenset(
    {
        "for",
        "in",
        "of",
        "from",
        "with",
        "on",
        "by",
        "using",
        "that",
        "which",
        "within",
        "through",
        "via",
        "when",
        "and",
        "at",
        "so",
        "into",
        "to",
    }
)
"""After these words a sentence speaks of where and how."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its words, the verb and the rest, and what the verb is done to."""

    words: tuple[str, ...]
    verb: str
    kinds: frozenset[str]
    rest: tuple[str, ...]
    object: tuple[str, ...]
    many: bool


def heard(text: str) -> Asked:
    plain = VALUE.sub(" ", text)
    words = stems(plain)
    place = next((n for n, word in enumerate(words[:4]) if does(word)), None)
    verb = words[place] if place is not None else ""
    rest = words if place is None else (*words[:place], *words[place + 1 :])
    told = plain.split()
    first = next((n for n, word in enumerate(told) if n > 1 and word.lower() in BREAKS), None)
    about = stems(" ".join(told[:first]))
    target = tuple(word for word in about if word != verb) or rest
    many = any(word.lower().endswith("s") for word in told[1:first])
    return Asked(words, verb, does(verb), rest, target, many)


class Scale:
    """A request with what its words weigh, worked out once for all candidates."""

    def __init__(self, asked: Asked, weigh: Callable[[str], float]) -> None:
        self.asked = asked
        self.weigh = weigh
        self.words = {word: weigh(word) for word in asked.words}
        self.rest = {word: self.words[word] for word in asked.rest}
        self.object = {word: weigh(word) for word in asked.object}
        self.pairs = _pairs(asked.words)
        self.akin = akin(asked.kinds)
        self._rest_sum = sum(self.rest.values()) or 1.0
        self._object_sum = sum(self.object.values()) or 1.0
        self._square = sum(weight**2 for weight in self.words.values())

    def of_rest(self, among: Set[str]) -> float:
        """The part of the request, without its verb, that is ``among`` others, rare words
        counting more."""
        return sum(w for word, w in self.rest.items() if word in among) / self._rest_sum

    def of_object(self, among: Set[str]) -> float:
        return sum(w for word, w in self.object.items() if word in among) / self._object_sum

    def said(self, words: Set[str], among: Mapping[str, float]) -> float:
        """The part of ``words`` that the request has."""
        whole = sum(map(self.weigh, words))
        return sum(among[word] for word in words if word in among) / whole if whole else 0.0

    def cosine(self, other: Iterable[str]) -> float:
        words = set(other)
        both = sum(w**2 for word, w in self.words.items() if word in words)
        if not both:
            return 0.0
        square = self._square * sum(self.weigh(word) ** 2 for word in words)
        return float(both / square**0.5)


def _pairs(words: Sequence[str]) -> set[tuple[str, str]]:
    return set(pairwise(words))


def features(
    scale: Scale,
    words: Words,
    *,
    rank: float,
    shown: float,
    examples: Sequence[tuple[str, ...]],
) -> tuple[float, ...]:
    """``rank`` is the text search's own, 0 to 1; ``shown`` how much the vendor shows of the
    service; ``examples`` the words of sentences that are shown for the operation."""
    asked = scale.asked
    kinds = does(words.verb)
    nouns, family, lead = set(words.nouns), set(words.family), set(words.lead)
    about, parameters = set(words.about), set(words.parameters)
    everything = {words.verb} | nouns | family | lead | about | parameters
    some = max(1, len(scale.pairs))
    unsaid = sum(scale.weigh(word) for word in nouns if word not in scale.words)
    alike = max(map(scale.cosine, examples), default=0.0)
    rest = scale.rest.keys()
    return (
        float(bool(asked.verb) and asked.verb == words.verb),
        float(bool(kinds & asked.kinds)),
        float(bool(kinds & scale.akin)),
        float(bool(words.verb) and words.verb in scale.words),
        scale.of_rest(nouns),
        scale.of_rest(family),
        scale.of_rest(lead),
        scale.of_rest(about),
        scale.of_rest(parameters),
        scale.of_rest(everything),
        scale.said(nouns, scale.words) if nouns else 0.5,
        min(1.0, unsaid / 20),
        float(bool(words.nouns) and words.nouns[-1] in rest),
        scale.of_object(nouns),
        scale.said(nouns, scale.object) if nouns else 0.5,
        scale.said(lead, scale.words),
        len(scale.pairs & _pairs((words.verb, *words.nouns))) / some,
        len(scale.pairs & _pairs(words.lead)) / some,
        float(nouns == rest or nouns - family == rest),
        scale.said(family, scale.words),
        rank,
        shown,
        alike,
        float(alike > SAME),
        float(bool(asked.object) and asked.object[-1] in nouns),
        float(asked.many == ("list" in kinds)),
    )


SAME = 0.999
"""From here on two sentences have the same words."""
