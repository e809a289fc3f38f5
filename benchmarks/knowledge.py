"""The index of operations: how long it takes to build and to ask; and fitting its weights.

    python benchmarks/knowledge.py [--state DIR] [--runs 200]
    python benchmarks/knowledge.py --fit commands.jsonl.gz [--every 4]      (needs numpy)

The first builds the index (into a new directory where none is named), then times searches for
sentences that vendors show commands under, and one whole `cloudops knowledge search`. The
second fits the weights of candidates and of confidence on a file of descriptions with the
commands they mean (see docs/knowledge.md), leaves out the part of operations that is held
back, and writes them where the program reads them. How good they are says
`cloudops gym run --suite commands`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cloudops.app import knowledge_sources
from cloudops.gym.commands import Examiner, rows
from cloudops.knowledge.features import FEATURES
from cloudops.knowledge.knowledge import Knowledge
from cloudops.knowledge.ranking import DATA, SIGNS, Weights, ranked, signs
from modalities.resource import Provider

BY_HAND = {"like_example": 0.5, "as_example": 9.0}
"""How much a request is like a sentence of the vendor's, and whether it is one. Where the own
sentence is left out, as for fitting, only those of others are the same, and they mislead."""

ROUNDS = 400
TOO_LARGE = 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--fit", type=Path)
    parser.add_argument("--every", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = given.state or Path(folder)
        begun = time.perf_counter()
        knowledge = Knowledge.open(state / "knowledge", knowledge_sources(), _silent)
        print(f"opened or built in {time.perf_counter() - begun:.1f} s: {knowledge.index.counts}")
        with knowledge:
            if given.fit:
                fit(knowledge, given.fit, given.every)
            else:
                searches(knowledge, given.runs)
                command(state)


def _silent(done: int, total: int, part: str) -> None: ...


def searches(knowledge: Knowledge, runs: int) -> None:
    index = knowledge.index
    sentences = index.sentences(runs)
    for provider in (Provider.AWS, Provider.AZURE):
        asked = [text for name, text in sentences if name == str(provider)]
        knowledge.find("list networks", provider)
        times, worked = [], []
        for text in asked:
            begun, at_work = time.perf_counter(), time.process_time()
            knowledge.find(text, provider)
            times.append((time.perf_counter() - begun) * 1000)
            worked.append((time.process_time() - at_work) * 1000)
        high = statistics.quantiles(times, n=20)[-1]
        print(
            f"{provider}: {len(times)} searches, median {statistics.median(times):.1f} ms,", end=""
        )
        print(f" 95th percentile {high:.1f} ms (aim 50 ms); CPU {statistics.median(worked):.1f} ms")


def command(state: Path) -> None:
    words = [sys.executable, "-m", "cloudops", "knowledge", "search", "list functions"]
    begun = time.perf_counter()
    subprocess.run([*words, "--state-dir", str(state)], capture_output=True, check=True)
    print(f"one command, start-up included: {time.perf_counter() - begun:.2f} s")


def fit(knowledge: Knowledge, file: Path, every: int) -> None:
    import numpy  # type: ignore[import-not-found]

    fitted = [row for row in list(rows(file))[::every] if not row.held]
    asked = []
    for shown in ("none", "others"):
        examiner = Examiner(knowledge, "none" if shown == "none" else "others")
        asked += [(row.key, examiner.compared(row)) for row in fitted]
    asked = [(key, found) for key, found in asked if found]
    print(f"{len(asked)} requests asked")
    order = _order(numpy, asked)
    weights = Weights(tuple(order), (0.0,) * len(SIGNS))
    told = [(key, ranked(found, weights)) for key, found in asked]
    trust = _trust(numpy, told)
    told_of = {
        "order": dict(zip(FEATURES, order, strict=True)),
        "trust": dict(zip(SIGNS, trust, strict=True)),
    }
    DATA.write_text(json.dumps(told_of, indent=1) + "\n", encoding="utf-8")
    print(f"written: {DATA.name}")


def _order(numpy: Any, asked: list[Any]) -> list[float]:
    """Multinomial logistic regression: the right one among all candidates of a request."""
    good = [(k, f) for k, f in asked if any(c.row.key == k for c in f)]
    table = numpy.array([c.features for _, f in good for c in f], dtype=numpy.float32)
    free = numpy.array([name not in BY_HAND for name in FEATURES])
    counts = numpy.array([len(f) for _, f in good])
    starts = numpy.concatenate(([0], numpy.cumsum(counts)[:-1]))
    rights = [next(n for n, c in enumerate(f) if c.row.key == k) for k, f in good]
    right = starts + numpy.array(rights)
    of = numpy.repeat(numpy.arange(len(good)), counts)
    weights = numpy.zeros(len(FEATURES))
    first, second = numpy.zeros_like(weights), numpy.zeros_like(weights)
    for turn in range(1, ROUNDS + 1):
        scores = table @ weights
        powers = numpy.exp(scores - numpy.maximum.reduceat(scores, starts)[of])
        chances = powers / numpy.add.reduceat(powers, starts)[of]
        slope = (table.T @ chances - table[right].sum(0)) / len(good)
        slope = (slope + TOO_LARGE * weights) * free
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        pace = 0.1 * (first / (1 - 0.9**turn))
        weights -= pace / (numpy.sqrt(second / (1 - 0.99**turn)) + 1e-8)
    found = dict(zip(FEATURES, map(float, weights), strict=True)) | BY_HAND
    return [round(found[name], 4) for name in FEATURES]


def _trust(numpy: Any, told: list[Any]) -> list[float]:
    """Logistic regression: is the first one right. Half of the requests are asked of an index
    that lacks the right one, so that confidence falls where there is none."""
    samples = [(key, order) for key, order in told if order]
    samples += [(key, [r for r in order if r.found.row.key != key]) for key, order in told]
    table, right = [], []
    for key, order in samples:
        if order:
            scores = [each.score for each in order]
            table.append(signs(order[0].found, _softmax(scores), scores))
            right.append(order[0].found.row.key == key)
    signs_of, wanted = numpy.array(table), numpy.array(right, dtype=float)
    free = numpy.array([name != "as_example" for name in SIGNS])
    weights = numpy.zeros(len(SIGNS))
    for _ in range(3 * ROUNDS):
        chances = 1 / (1 + numpy.exp(-(signs_of @ weights)))
        weights -= 0.3 * free * (signs_of.T @ (chances - wanted) / len(wanted) + 1e-4 * weights)
    return [round(float(each), 4) for each in weights]


def _softmax(scores: list[float]) -> list[float]:
    from cloudops.knowledge.ranking import softmax

    return softmax(scores)


if __name__ == "__main__":
    main()
