"""The prompt of a session: history, completion, and the target always in sight."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.styles import Style

from modalities.target import Realm, Target

VERBS = (
    *("create", "attach", "detach", "delete", "start", "stop", "restart", "resize", "tag"),
    *("open", "close", "convert", "enable", "list", "show", "status", "graph"),
)
STYLE = Style.from_dict(
    {
        "bottom-toolbar": "noreverse",
        "production": "bg:ansired fg:ansiwhite bold",
        "sandbox": "fg:ansigreen bold",
        "pending": "fg:ansiyellow",
    }
)


class Words(Completer):
    """Slash commands and their arguments; in a request verbs and names of resources.

    ``arguments`` gives the words that may follow a slash command, ``names`` the resources.
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        arguments: Callable[[str], Iterable[str]],
        names: Callable[[], Sequence[str]],
    ) -> None:
        self._commands = commands
        self._arguments = arguments
        self._names = names

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 (of the protocol)
    ) -> Iterator[Completion]:
        line = document.text_before_cursor.lstrip()
        command, space, rest = line.partition(" ")
        word = document.get_word_before_cursor(WORD=True)
        if line.startswith("/") and not space:
            for name, about in self._commands.items():
                if name.startswith(command):
                    yield Completion(name, -len(command), display_meta=about)
            return
        choices = (*self._arguments(command),) if line.startswith("/") else ()
        if not choices and (not line.startswith("/") or command == "/plan"):
            first = not rest if line.startswith("/") else " " not in line
            choices = (*VERBS, *self._names()) if first else (*self._names(), *VERBS)
        if not word and not line.startswith("/"):
            return
        folded = word.casefold()
        yield from (
            Completion(c, -len(word))
            for c in dict.fromkeys(choices)
            if c.casefold().startswith(folded)
        )


def toolbar(target: Target, pending: str) -> StyleAndTextTuples:
    """Where a request goes, and what waits for ``/apply``."""
    production = target.realm is Realm.PRODUCTION
    realm = ("class:production", " PRODUCTION ") if production else ("class:sandbox", "sandbox")
    parts: StyleAndTextTuples = [
        ("", f"target {target.name}  "),
        realm,
        ("", f"  {target.provider} {target.region}"),
    ]
    if pending:
        parts.append(("class:pending", f"  plan waits: {pending}"))
    return parts


def reader(
    completer: Completer, bar: Callable[[], StyleAndTextTuples], history: Path
) -> Callable[[], str]:
    """Reads one line. Raises EOFError on Ctrl-D, KeyboardInterrupt on Ctrl-C."""
    prompt: PromptSession[str] = PromptSession(
        history=_kept(history),
        completer=completer,
        complete_while_typing=False,
        bottom_toolbar=bar,
        style=STYLE,
        enable_history_search=True,
    )
    return lambda: prompt.prompt("cloudops> ")


def _kept(path: Path) -> History:
    """History in a file for its owner alone; in memory where that cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
