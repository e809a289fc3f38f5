"""The person at the terminal: asked on stderr, answering on stdin."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from cloudops.engine.contract import Decision
from cloudops.request import OpenQuestion
from cloudops.views import plan as plans
from cloudops.views.diff import fates
from cloudops.views.plain import plain, safe
from modalities.plan import Plan, identities
from modalities.step import Effect
from modalities.target import Identity
from policies.finding import Verdict

if TYPE_CHECKING:
    from rich.console import Console

YES = frozenset({"y", "yes"})


class NobodyAsker:
    """Nobody is there: every question stays open and the answer to a plan is no."""

    present = False

    def ask(self, question: OpenQuestion) -> str | None:  # noqa: ARG002
        return None

    def show(self, plan: Plan, verdict: Verdict) -> None:
        """Nobody looks."""

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:  # noqa: ARG002
        return Decision(False, "nobody was there to ask")


class TerminalAsker:
    """Asks on ``console`` (stderr) and reads lines from ``stdin``.

    ``shown`` holds the digests of plans that were shown, so that nobody need show them again;
    ``quiet`` is for output that no person reads: then only what is asked about is shown.
    Ctrl-D is no answer, and no; Ctrl-C raises KeyboardInterrupt.
    """

    def __init__(
        self,
        console: Console,
        *,
        no_input: bool = False,
        quiet: bool = False,
        stdin: TextIO | None = None,
    ) -> None:
        self._console = console
        self._quiet = quiet
        self._stdin = stdin or sys.stdin
        self._no_input = no_input
        self.shown: set[str] = set()

    @property
    def present(self) -> bool:
        """Only where a person can see the question and type the answer."""
        return not self._no_input and self._console.is_terminal and _is_terminal(self._stdin)

    def ask(self, question: OpenQuestion) -> str | None:
        self._say(question.text, "bold")
        numbered = not any(option.isdigit() for option in question.options)
        for number, option in enumerate(question.options, 1):
            self._say(f"  {number}. {option}" if numbered else f"  {option}")
        if question.hint:
            self._say(f"  next time say: {question.hint}", "dim")
        default = f" [{plain(question.default)}]" if question.default is not None else ""
        answer = self._read(f"{default.strip()}> " if default else "> ")
        if answer is None:
            return None
        if not answer:
            return question.default
        if numbered and answer.isdigit() and 1 <= int(answer) <= len(question.options):
            return question.options[int(answer) - 1]
        return answer

    def show(self, plan: Plan, verdict: Verdict) -> None:
        if not self._quiet:
            self._show(plan, verdict)
            self._console.print()

    def _show(self, plan: Plan, verdict: Verdict) -> None:
        plans.show(plan, self._console, verdict)
        self.shown.add(plan.digest)

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:
        """Show the plan and ask; what destroys wants ``typed_name`` typed, letter by letter."""
        self._show(plan, verdict)
        count = sum(effect is not Effect.READ for effect in fates(plan).values())
        changes = "this 1 change" if count == 1 else f"these {count} changes"
        self._console.print()
        where = " and ".join(_account(who) for who in identities(plan))
        question = f"Apply {changes} to {where}?"
        self._forget_typed_ahead()
        if typed_name is None:
            answer = self._read(f"{question} [y/N] ")
            yes = answer is not None and answer.casefold() in YES
            return Decision(yes, "asked on the terminal")
        self._say(f"{question} It destroys what cannot be had back as it was.", "bold red")
        answer = self._read(f"type {typed_name} to confirm: ")
        return Decision(answer == typed_name, f"typed {typed_name} on the terminal")

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(safe(text, style), highlight=False)

    def _read(self, prompt: str) -> str | None:
        """One line without the spaces around it; None at the end of input."""
        self._console.print(safe(prompt), end="", highlight=False, soft_wrap=True)
        self._console.file.flush()
        try:
            line = self._stdin.readline()
        except UnicodeDecodeError:
            return None
        except KeyboardInterrupt:
            self._console.print()
            raise
        if not line:
            self._console.print()
            return None
        return line.strip()

    def _forget_typed_ahead(self) -> None:
        """What was typed before the question was there is no answer to it."""
        try:
            import termios
        except ImportError:  # not on Windows
            return
        try:
            termios.tcflush(self._stdin.fileno(), termios.TCIFLUSH)
        except (OSError, ValueError, termios.error):
            return


def _account(who: Identity) -> str:
    account = f"account {who.account}"
    if who.resource_group:
        account = f"resource group {who.resource_group} of subscription {who.account}"
    return f"{account} ({who.region})"


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
