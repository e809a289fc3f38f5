"""Ports with or without the word: "ports 80 and 443", "8080 to 8080", "TCP 80"."""

from __future__ import annotations

from cloudops.planner.interpreter.cursor import Cursor
from cloudops.planner.interpreter.things import Ports
from cloudops.planner.interpreter.vocabulary.tags import Tag


class PortReader:
    """Reads ports at a cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self.at = cursor

    def read(self) -> list[Ports]:
        """The ports; empty where there are none (the cursor may have moved)."""
        found: list[Ports] = []
        protocol = self._protocol()
        self._port_word()
        protocol = protocol or self._protocol()
        self._port_word()
        while (said := self._port(protocol)) is not None:
            found.append(said)
            ahead = 0
            while self.at.peek(ahead).has(Tag.AND) and self.at.peek(ahead).text not in "()":
                ahead += 1
            if not ahead or not self._port_ahead(ahead):
                break
            self.at.place += ahead
            self._port_word()
        return found

    def _port_ahead(self, ahead: int) -> bool:
        """Whether a port stands there, and not a count: "443 and 2 disks"."""
        lexeme = self.at.peek(ahead)
        if lexeme.has(Tag.PORT):
            return self.at.peek(ahead + 1).has(Tag.NUMBER, Tag.PORTS)
        if lexeme.has(Tag.PORTS):
            return True
        return lexeme.has(Tag.NUMBER) and not self.at.peek(ahead + 1).has(
            Tag.NOUN, Tag.UNIT, Tag.ADJECTIVE, Tag.SIZE
        )

    def _port_word(self) -> None:
        if self.at.peek().has(Tag.PORT):
            self.at.take()

    def _protocol(self) -> str | None:
        """A protocol that goes with a port: "TCP 80", "HTTP on port 80"."""
        lexeme, ahead = self.at.peek(), 1
        if not lexeme.has(Tag.PROTOCOL, Tag.SERVICE):
            return None
        if self.at.peek(ahead).text.casefold() in ("on", "over", "at", ":", "("):
            ahead += 1
        if not self.at.peek(ahead).has(Tag.PORT, Tag.NUMBER, Tag.PORTS):
            return None
        if self.at.peek(ahead).has(Tag.NUMBER) and self.at.peek(ahead + 1).has(Tag.NOUN):
            return None
        self.at.place += ahead
        service = lexeme.get(Tag.SERVICE)
        return str(lexeme.get(Tag.PROTOCOL) or service[0])

    def _port(self, protocol: str | None) -> Ports | None:
        lexeme = self.at.peek()
        if lexeme.has(Tag.PORTS):
            self.at.take()
            form, first, last, given = lexeme.get(Tag.PORTS)
            return Ports(form, first, last, given or protocol)
        if not isinstance(lexeme.get(Tag.NUMBER), int):
            return None
        self.at.take()
        first = lexeme.get(Tag.NUMBER)
        protocol = self._trailing_protocol() or protocol
        second = self._second_port()
        if second is None:
            return Ports("one", first, first, protocol)
        form, last = second
        return Ports(form, first, last, self._trailing_protocol() or protocol)

    def _trailing_protocol(self) -> str | None:
        if self.at.peek().text == "/" and self.at.peek(1).has(Tag.PROTOCOL):
            self.at.take()
        if self.at.peek().has(Tag.PROTOCOL):
            return str(self.at.take().get(Tag.PROTOCOL))
        return None

    def _second_port(self) -> tuple[str, int] | None:
        """ "to 8080", "-> 8080", "to port 8080 on the targets"."""
        lexeme, ahead = self.at.peek(), 1
        form = {"->": "pair", "=>": "pair", "to": "to", "-": "range", "through": "range"}.get(
            lexeme.text.casefold()
        )
        if form is None:
            return None
        backend = self.at.peek(ahead).text.casefold() in ("backend", "target", "instance", "vm")
        ahead += backend
        if self.at.peek(ahead).has(Tag.PORT):
            ahead += 1
        number = self.at.peek(ahead).get(Tag.NUMBER)
        if not isinstance(number, int) or self.at.peek(ahead + 1).has(Tag.NOUN, Tag.UNIT):
            return None
        self.at.place += ahead + 1
        return form, number
