"""Episodes side by side, each result on disk as soon as it is there."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace

from cloudops.gym.agent import Agent
from cloudops.gym.availability import missing
from cloudops.gym.episode import Episode
from cloudops.gym.ground import CLOUDS, Ground, ground_of, sweep
from cloudops.gym.ledger import Ledger
from cloudops.gym.play import play, unavailable
from cloudops.gym.result import Result
from modalities.resource import Provider

Hear = Callable[[Result], None]


class Runner:
    """``jobs`` workers, each with a cloud of its own; ``hear`` is told each result, one at a
    time."""

    def __init__(self, ledger: Ledger, cloud: Provider, jobs: int, hear: Hear) -> None:
        self._ledger = ledger
        self._cloud = cloud
        self._jobs = jobs
        self._hear = hear
        self._stop = threading.Event()
        self._speaking = threading.Lock()

    def run(self, episodes: Sequence[Episode]) -> None:
        """Play them all. Raises KeyboardInterrupt after what is under way was ended; what was
        over by then is on disk."""
        sweep(self._ledger.place)
        waiting: queue.SimpleQueue[Episode] = queue.SimpleQueue()
        jobs = max(1, min(self._jobs, len(episodes)))
        grounds = [
            ground_of(self._cloud, self._ledger.place / CLOUDS / str(n)) for n in range(jobs)
        ]
        try:
            for episode in self._playable(episodes, grounds[0]):
                waiting.put(episode)
            with ThreadPoolExecutor(jobs) as pool:
                self._await([pool.submit(self._work, waiting, ground) for ground in grounds])
        finally:
            self._stop.set()
            for ground in grounds:
                ground.end()

    def _playable(self, episodes: Sequence[Episode], ground: Ground) -> list[Episode]:
        """Those whose hand is there; the others get their result at once."""
        agent = Agent(self._stop)
        hands = dict.fromkeys(episode.hand for episode in episodes)
        why = {hand: missing(hand, ground, agent, self._ledger) for hand in hands}
        for episode in episodes:
            if why[episode.hand]:
                self._over(unavailable(episode, why[episode.hand]))
        return [episode for episode in episodes if not why[episode.hand]]

    def _await(self, workers: Sequence[Future[None]]) -> None:
        """In turns, so that an interrupt is heard; then every worker comes to its end."""
        pending = set(workers)
        try:
            while pending:
                done, pending = wait(pending, 0.5, FIRST_COMPLETED)
                for worker in done:
                    worker.result()
        except BaseException:
            self._stop.set()
            raise

    def _work(self, waiting: queue.SimpleQueue[Episode], ground: Ground) -> None:
        agent = Agent(self._stop)
        with suppress(queue.Empty, KeyboardInterrupt):
            while not self._stop.is_set():
                episode = waiting.get_nowait()
                folder = self._ledger.folder(episode.key)
                self._over(play(episode, ground, agent, folder))

    def _over(self, result: Result) -> None:
        result = replace(result, cloud=str(self._cloud))
        with self._speaking:
            self._ledger.add(result)
            self._hear(result)
