"""Look-up of phrases and slips, and that the vocabulary does not contradict itself."""

from __future__ import annotations

import pytest

from cloudops.planner.interpreter.actions import ACTIONS
from cloudops.planner.interpreter.lexicon import Noun, corrected, lexicon
from cloudops.planner.interpreter.vocabulary.tags import Tag
from cloudops.planner.interpreter.vocabulary.verbs import VERBS
from modalities.resource import Kind


def test_the_longest_phrase_wins() -> None:
    count, means = lexicon().match(("network", "load", "balancer", "front"))
    assert count == 3
    assert means[Tag.NOUN] == Noun(Kind.LOAD_BALANCER, {"protocol": "tcp"}, plural=False)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("craete", "create"),
        ("machne", "machine"),
        ("volumme", "volume"),
        ("lunch", "launch"),
        ("delte", None),
        ("stpo", None),
        ("xyzzy", None),
    ],
)
def test_slips(written: str, read: str | None) -> None:
    assert corrected(written) == read


@pytest.mark.parametrize(
    "word",
    ["clone", "attack", "subset", "remote", "unable", "interval", "smart", "reset", "restore"],
)
def test_words_of_their_own_are_no_slips(word: str) -> None:
    assert word in lexicon().words or corrected(word) is None


def test_every_verb_does_something() -> None:
    assert set(VERBS) - {"draw"} == set(ACTIONS) - {""}


def test_what_refuses_a_request_is_no_filler() -> None:
    both = [
        " ".join(phrase)
        for entries in lexicon().phrases.values()
        for phrase, means in entries
        if Tag.FILLER in means and (Tag.HAZARD in means or Tag.FOREIGN in means)
    ]
    assert both == []
