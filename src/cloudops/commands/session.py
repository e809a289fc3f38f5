"""cloudops on a terminal: a prompt, where every line is a request through the same journey."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cloudops.commands.ending import told
from cloudops.commands.journey import options_of, request_of, require_writing, shown
from cloudops.commands.opening import configured, explained, opened
from cloudops.commands.options import Common, Gates, Wishes
from cloudops.commands.voice import Voice
from cloudops.commands.wording import checked
from cloudops.errors import Misused, Stop

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples

    from cloudops.config import Config
    from cloudops.engine.fitting import Verb
    from cloudops.engine.report import Options, Report
    from modalities.plan import Plan

COMMANDS = {
    "/plan": "TEXT  plan it and stop before the question",
    "/apply": "do the plan that waits, or one from a FILE",
    "/undo": "take back the last run, or RUN",
    "/resume": "go on with the run that waits, or RUN",
    "/runs": "what was done, or the journal of RUN",
    "/target": "NAME  work on another target",
    "/help": "this",
    "/quit": "leave (also Ctrl-D)",
}
WELCOME = "Say what you want, in words. /help lists the rest; Ctrl-D leaves."


class Leave(Exception):
    """The session ends."""


def session(common: Common, gates: Gates, wishes: Wishes) -> int:
    """Read lines until the person leaves."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Misused(
            "a session needs a terminal",
            remedy='cloudops run "TEXT" does one request; cloudops --help lists the rest',
        )
    config = configured(common, gates, wishes)
    from cloudops.commands import prompting

    with Session(config, Voice(config)) as talk:
        words = prompting.Words(COMMANDS, talk.arguments, talk.names)
        read = prompting.reader(words, talk.toolbar, config.state_dir / "history")
        talk.voice.say({}, WELCOME)
        talk.converse(read)
    return 0


class Session:
    """One conversation: the target in use, the plan that waits, what was spoken of."""

    def __init__(self, config: Config, voice: Voice) -> None:
        from cloudops.request import Context

        self.voice = voice
        self._config = config
        self._stack = ExitStack()
        self._known: tuple[str, ...] | None = None
        self.context = Context()
        self.pending: Plan | None = None
        self.target: str = config["target"]
        self._app = self._stack.enter_context(opened(config, voice, self.target))

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def converse(self, read: Callable[[], str]) -> None:
        """Take lines until there are no more. Ctrl-C gives up the line, not the session."""
        while True:
            try:
                self.take(read())
            except KeyboardInterrupt:
                continue
            except (EOFError, Leave):
                return

    def take(self, line: str) -> None:
        """Do one line; whatever stops it is said, and the session goes on."""
        line = line.strip()
        try:
            with explained():
                if line.startswith("/"):
                    self._command(*line.split(None, 1))
                elif line.casefold() in ("exit", "quit"):
                    raise Leave
                elif line:
                    self._request(line)
        except Stop as stop:
            print(told(stop), file=sys.stderr)

    def _request(self, text: str) -> None:
        request = request_of(checked(text), self._config, self.target)
        self._came_to(self._app.run(request, self._options(), self.context))

    def _command(self, name: str, rest: str = "") -> None:
        known = {
            "/plan": self._plan,
            "/apply": self._apply,
            "/undo": self._undo,
            "/resume": self._resume,
            "/runs": self._runs,
            "/target": self._target,
            "/help": self._help,
            "/quit": self._quit,
        }
        if name not in known:
            raise Misused(f"there is no {name}", remedy="/help lists what there is")
        known[name](rest.strip())

    def _plan(self, text: str) -> None:
        request = request_of(checked(text), self._config, self.target)
        report = self._app.plan(request, self._options(), self.context)
        self._came_to(report)
        if report.outcome == "planned":
            self.pending = report.plan
            self.voice.say({}, "/apply does it")

    def _apply(self, file: str) -> None:
        from cloudops import planfile

        plan = planfile.load(Path(file).expanduser()) if file else self.pending
        if plan is None:
            raise Misused("no plan waits", remedy="/plan TEXT makes one")
        require_writing(self._config)
        report = self._app.apply(plan, self._options())
        if report.outcome not in ("declined", "interrupted") and plan is self.pending:
            self.pending = None
        self._came_to(report)

    def _undo(self, run: str) -> None:
        require_writing(self._config)
        self._came_to(self._app.undo(self._meant(run, "undo"), self._options()))

    def _resume(self, run: str) -> None:
        require_writing(self._config)
        self._came_to(self._app.resume(self._meant(run, "resume"), self._options()))

    def _meant(self, run: str, verb: Verb) -> str:
        """The run that is named, or the one that fits, which is said before anything happens."""
        from cloudops.engine.fitting import chosen, fitting

        if run:
            return run
        meant = fitting(self._app.store, None, verb, self._app.target.name)
        self.voice.aside(chosen(meant, verb))
        return meant.id

    def _runs(self, run: str) -> None:
        from cloudops.commands.runs import journal, listing

        if run:
            journal(self._app.store, self.voice, run)
        else:
            listing(self._app.store, self.voice)

    def _target(self, name: str) -> None:
        from cloudops.request import Context

        if not name:
            raise Misused("which target?", remedy=f"there are: {', '.join(self.targets())}")
        after = ExitStack()
        app = after.enter_context(opened(self._config, self.voice, name))
        self._stack.close()
        self._stack, self._app, self.target = after, app, name
        self.pending, self.context, self._known = None, Context(), None

    def _help(self, _: str) -> None:
        width = max(len(name) for name in COMMANDS)
        self.voice.say({}, WELCOME, *(f"  {n:{width}}  {about}" for n, about in COMMANDS.items()))

    def _quit(self, _: str) -> NoReturn:
        raise Leave

    def _came_to(self, report: Report) -> None:
        from cloudops.commands.recent import remembered

        shown(report, self.voice)
        self.context = remembered(self.context, report)
        self._known = None

    def _options(self) -> Options:
        return options_of(self._config)

    # what the prompt asks for

    def toolbar(self) -> StyleAndTextTuples:
        from cloudops.commands.prompting import toolbar

        waits = f"{len(self.pending.steps)} steps, {self.pending.request}" if self.pending else ""
        return toolbar(self._app.target, waits)

    def targets(self) -> Sequence[str]:
        return sorted(self._config.targets)

    def arguments(self, command: str) -> Iterable[str]:
        if command == "/target":
            return self.targets()
        if command in ("/undo", "/resume", "/runs"):
            return [run.id for run in self._app.store.runs(limit=20)]
        return ()

    def names(self) -> Sequence[str]:
        """Names of the resources known, read once a request."""
        if self._known is None:
            self._known = tuple(sorted({r.name for r in self._app.store.resources()}))
        return self._known
