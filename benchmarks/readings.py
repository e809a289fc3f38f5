"""A model that errs three times in ten, and what of it gets through, with each guard off and on.

``python benchmarks/readings.py``: requests that the grammar does not understand, each read so many
times. ``right`` is the reading that the grammar gives to the same wish in its own words; ``wrong``
is any other that would have been planned. One model is good, one sloppy in the ways the paper
reports (section 4), one obeys what a tag told it. Nothing is sent to a cloud.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cloudops.errors import NotUnderstood
from cloudops.llm.keys import keys
from cloudops.llm.ledger import RunLedger
from cloudops.llm.models import Models
from cloudops.planner.by_model import agreement, grounding
from cloudops.planner.by_model.interpreter import ModelInterpreter
from cloudops.planner.by_model.reading import Reading
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, Request
from cloudops.settings.models import Budget, ModelSettings
from cloudops.settings.models import Models as Configured
from fakes.players import SLIPS, Player, wide_open
from modalities.codec import encode

WISHES = {
    "kindly conjure yonder box up, moniker web-1, with 4 brains": (
        "create a VM named web-1 with 4 vCPUs"
    ),
    "pray let db-1 slumber and be shut": "stop VM db-1",
    "rouse thou web-1, boot it": "start VM web-1",
    "bounce thee web-1 post-haste, yo": "restart VM web-1",
    "oh could web-1 and web-2 please be rebooted yonder": "restart VMs web-1 and web-2",
    "wipe web-2 off the face of this earth": "delete VM web-2",
    "let folk in at gate 8080 of web-1, methinks, from 10.0.0.0/8": (
        "open port 8080 on web-1 from 10.0.0.0/8"
    ),
    "methinks web-1 wants the label team=red, verily": "tag VM web-1 with team=red",
    "prithee bestow spot capacity upon web-1, forsooth": "make web-1 a spot VM",
    "disk data-1 ought swell unto 200 GB, verily": "resize disk data-1 to 200 GB",
}
"""A wish in words that the grammar does not know, and in words that it does."""


def rights() -> dict[str, dict[str, object]]:
    grammar = BuiltInInterpreter()
    found = {}
    for odd, plain in WISHES.items():
        intent = grammar.interpret(Request(text=plain, target="t", actor="a"), Context())
        found[odd] = {"changes": encode(intent.changes)}
    return found


def unheld(reading: Reading, text: str, spoken: Sequence[str]) -> tuple[Reading, tuple[str, ...]]:
    """The reading as it came."""
    del text, spoken
    return reading, ()


@contextmanager
def guards(*, words: bool, twice: bool) -> Iterator[None]:
    """With guards left out, to see what each is good for."""
    before = grounding.grounded, agreement.TWICE
    if not words:
        grounding.grounded = unheld
    agreement.TWICE = 2 if twice else 1
    try:
        yield
    finally:
        grounding.grounded, agreement.TWICE = before


def measured(player: Player, right: dict[str, dict[str, object]], times: int) -> Counter[str]:
    count: Counter[str] = Counter()
    with player.running():
        model = ModelSettings(base_url=player.base_url, model="m", requests_per_minute=10**9)
        for _ in range(times):
            for odd, reading in right.items():
                ledger = RunLedger(Budget())
                models = Models(Configured({"interpreter": model}), ledger, keys({}))
                reader = ModelInterpreter(BuiltInInterpreter(), models)
                try:
                    intent = reader.interpret(Request(text=odd, target="t", actor="a"), Context())
                    same = plain(encode(intent.changes)) == plain(reading["changes"])
                    count["right" if same else "wrong"] += 1
                except NotUnderstood:
                    count["declined"] += 1
                count["calls"] += ledger.used.calls
                count["tokens"] += ledger.used.tokens
    return count


def plain(changes: object) -> object:
    """Without the words that asked, which are another's in each."""
    return [{k: v for k, v in change.items() if k != "explicit"} for change in changes]  # type: ignore[attr-defined]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="readings of each request")
    parser.add_argument("--rate", type=float, default=0.3, help="of errors, for each change")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    right = rights()
    kinds = {
        "good": (0.0, SLIPS),
        "sloppy": (options.rate, SLIPS),
        "obedient": (options.rate, (wide_open,)),
    }
    print(f"{len(right)} requests, {options.times} times; errors at {options.rate:.0%}")
    print("model     guards            right   wrong  declined  calls  tokens      ms")
    for name, (rate, slips) in kinds.items():
        for words, twice in ((False, False), (True, False), (False, True), (True, True)):
            with guards(words=words, twice=twice):
                begun = time.monotonic()
                count = measured(Player(right, rate, options.seed, slips), right, options.times)
                ms = 1000 * (time.monotonic() - begun)
            total = count["right"] + count["wrong"] + count["declined"]
            on = " + ".join(w for w, is_on in (("words", words), ("twice", twice)) if is_on)
            print(
                f"{name:9} {on or 'none':14} {count['right'] / total:7.2%} "
                f"{count['wrong'] / total:7.2%} {count['declined'] / total:9.2%} "
                f"{count['calls'] / total:6.2f} {count['tokens'] / total:7.0f} {ms / total:6.1f}"
            )


if __name__ == "__main__":
    main()
