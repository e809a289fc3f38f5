"""A place in the lexemes of a request."""

from __future__ import annotations

from cloudops.planner.interpreter.lexemes import END, Lexeme
from cloudops.planner.interpreter.vocabulary.tags import Tag

_NO_VALUE = (Tag.AND, Tag.STOP, Tag.PREPOSITION, Tag.DETERMINER, Tag.ARROW)


class Cursor:
    """Looks ahead and takes lexemes; past the end there is END."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self.lexemes = lexemes
        self.place = 0

    @property
    def done(self) -> bool:
        return self.place >= len(self.lexemes)

    def peek(self, ahead: int = 0) -> Lexeme:
        place = self.place + ahead
        return self.lexemes[place] if 0 <= place < len(self.lexemes) else END

    def take(self) -> Lexeme:
        lexeme = self.peek()
        self.place += 1
        return lexeme

    def text(self, *texts: str) -> bool:
        """Take the next lexeme if it is one of ``texts``."""
        if not self.done and self.peek().text.casefold() in texts:
            self.place += 1
            return True
        return False

    def is_word(self, ahead: int) -> bool:
        """Whether a single word stands there that may be a value: no sign, no particle."""
        lexeme = self.peek(ahead)
        return (
            lexeme is not END
            and " " not in lexeme.text
            and any(sign.isalnum() for sign in lexeme.text)
            and not lexeme.has(*_NO_VALUE)
        )
