"""Tags in any of their spellings: ``k=v``, ``k = v``, ``k: v``, ``k v``, ``k to v``."""

from __future__ import annotations

import re

from cloudops.planner.interpreter.cursor import Cursor
from cloudops.planner.interpreter.things import Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag

_QUOTED_TAG = re.compile(r"\s*=\s*|\s+")


class TagReader:
    """Reads tags at a cursor into a thing."""

    def __init__(self, cursor: Cursor) -> None:
        self.at = cursor

    def read(self, thing: Thing) -> bool:
        """Put the tags on ``thing``; False where there are none."""
        began = self.at.place
        while (pair := self._tag()) is not None:
            key, value = pair
            if value is None:
                thing.tag_keys.append(key)
            else:
                thing.tags.append((key, value))
            if not (self._another_tag() or (value is None and self._another_key())):
                break
        return self.at.place > began

    def _another_key(self) -> bool:
        """ "the tags env and owner from web-1"."""
        if not self.at.peek().has(Tag.AND) or not self.at.is_word(1):
            return False
        if not self.at.peek(2).has(Tag.PREPOSITION, Tag.AND):
            return False
        self.at.take()
        return True

    def _tag(self) -> tuple[str, str | None] | None:
        lexeme = self.at.peek()
        if lexeme.has(Tag.TAGS):
            self.at.take()
            key, value = lexeme.get(Tag.TAGS)
            return key, value
        if lexeme.has(Tag.NAME) and len(quoted := _QUOTED_TAG.split(lexeme.text, maxsplit=1)) == 2:
            self.at.take()
            return quoted[0], quoted[1]
        if not self.at.is_word(0):
            return None
        sign = self.at.peek(1).text.casefold()
        if sign in ("=", ":", "to", "as", "->") and self.at.is_word(2):
            self.at.place += 3
            return lexeme.text, self.at.peek(-1).text
        if self.at.is_word(1) and not self.at.peek(1).has(Tag.VERB, Tag.FILLER, Tag.NOTE, Tag.NOUN):
            self.at.place += 2
            return lexeme.text, self.at.peek(-1).text
        self.at.place += 1
        return lexeme.text, None

    def _another_tag(self) -> bool:
        """Whether a further pair follows; takes the "and" before it."""
        ahead = 0
        while self.at.peek(ahead).has(Tag.AND) and self.at.peek(ahead).text not in "()":
            ahead += 1
        following = self.at.peek(ahead)
        if following.has(Tag.TAGGING) and ahead and self.at.peek(ahead + 1).has(Tag.TAGS):
            ahead += 1
            following = self.at.peek(ahead)
        equals = self.at.is_word(ahead) and self.at.peek(ahead + 1).text == "="
        if following.has(Tag.TAGS) or equals:
            self.at.place += ahead
            return True
        return False
