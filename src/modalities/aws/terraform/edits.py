"""Edits of HCL text that change what they must and no byte more.

Each takes text and gives text. A new argument goes into the column of its neighbours where it
fits, else into a paragraph of its own: so neighbours stay as they are, and ``terraform fmt``
has nothing to say. Only an object literal that is edited is laid out anew, if it holds no
comment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modalities.aws.terraform import syntax, values
from modalities.aws.terraform.syntax import Argument, Block, Entry, Span
from modalities.aws.terraform.values import INDENT, Nested, Value


class Uneditable(Exception):
    """The text says it in a way that no small edit can change; what and why, for people."""


def find(text: str, address: str) -> Block | None:
    """The resource or data block of this address in the text."""
    return next((b for b in syntax.blocks(text) if b.address == address), None)


def splice(text: str, span: Span, new: str) -> str:
    data = text.encode()
    return (data[: span.start] + new.encode() + data[span.end :]).decode()


def append(text: str, block: str) -> str:
    """The block at the end, a blank line before it."""
    if not text.strip():
        return text + block
    ending = "" if text.endswith("\n") else "\n"
    return f"{text}{ending}\n{block}"


def remove(text: str, block: Block) -> str:
    """Without the block, its line breaks, and one of two blank lines around it."""
    data = text.encode()
    start, end = _lines(data, block.span)
    if data[:start].endswith(b"\n\n") or not data[:start].strip():
        if data[end:].startswith(b"\n"):
            end += 1
        elif not data[end:]:
            start -= data[:start].endswith(b"\n\n")
    return splice(text, Span(start, end), "")


def put(text: str, address: str, path: Sequence[str], value: Value) -> str:
    """``path`` set to ``value``: an argument, one in a nested block, or an entry of a map.

    A Nested value takes the place of the one block of that name or is put at the end.
    Raises Uneditable.
    """
    outer = _block(text, address)
    block, name = _within(outer, path)
    if block is None:
        return _put_nested(text, outer, path[0], Nested({name: value}))
    if isinstance(value, Nested):
        return _put_nested(text, block, name, value)
    argument = block.argument(name)
    if argument is not None:
        return _replace(text, argument, value)
    holder = _map(block, path)
    if holder is not None:
        return _put_entry(text, holder, name, value)
    return _insert(text, block, name, value)


def drop(text: str, address: str, path: Sequence[str]) -> str:
    """Without the argument, nested blocks or entry; unchanged where there is none.

    Raises Uneditable.
    """
    block, name = _within(_block(text, address), path)
    if block is None:
        return text
    holder = _map(block, path)
    if holder is not None:
        return _drop_entry(text, holder, name)
    argument = block.argument(name)
    spans = [argument.span] if argument else [b.span for b in block.nested(name)]
    for span in reversed(spans):
        text = cut(text, span)
    return text


def cut(text: str, span: Span) -> str:
    """Without the lines of a span, and without one of two blank lines around them."""
    data = text.encode()
    start, end = _lines(data, span)
    rest = data[end:].lstrip(b" ")
    if data[:start].endswith(b"\n\n") and rest[:1] in (b"\n", b"}", b""):
        start -= 1
    elif data[:start].rstrip(b" ").endswith(b"{\n") and rest[:1] == b"\n":
        end = len(data) - len(rest) + 1
    return splice(text, Span(start, end), "")


def _block(text: str, address: str) -> Block:
    block = find(text, address)
    if block is None:
        raise Uneditable(f"there is no block for {address}")
    return block


def _within(block: Block, path: Sequence[str]) -> tuple[Block | None, str]:
    """The block in which the last name of the path stands; None where it is not there yet."""
    *outer, name = path
    for type in outer:
        argument = block.argument(type)
        if argument is not None:
            return block, name
        inner = block.nested(type)
        if len(inner) > 1:
            raise Uneditable(f"{block.address or block.type} has {len(inner)} blocks {type}")
        if not inner:
            return (block, name) if type == "tags" else (None, name)
        block = inner[0]
    return block, name


def _map(block: Block, path: Sequence[str]) -> Argument | None:
    """The map that the last name of the path is a key of, where the path leads into one."""
    return block.argument(path[-2]) if len(path) > 1 else None


# arguments


def _replace(text: str, argument: Argument, value: Value) -> str:
    new = values.expression(value, _depth(text, argument.span))
    if argument.value.of(text) == new:
        return text
    if values.opens(new):  # it is no part of its neighbours' column any more
        return splice(
            text, Span(argument.span.start, argument.value.end), f"{argument.name} = {new}"
        )
    return splice(text, argument.value, new)


def _insert(text: str, block: Block, name: str, value: Value) -> str:
    data = text.encode()
    if b"\n" not in data[block.inside.start : block.inside.end]:
        text, block = _opened(text, block)
        data = text.encode()
    depth = _depth(text, block.span) + 1
    new = values.expression(value, depth)
    alone = f"{INDENT * depth}{name} = {new}\n"
    short = [a for a in block.arguments if not values.opens(a.span.of(text))]
    if short and not values.opens(new):
        column = data.index(b"=", short[-1].span.start + len(short[-1].name.encode()))
        width = column - short[-1].span.start - 1
        at = _lines(data, short[-1].span)[1]
        if len(name) <= width:
            line = f"{INDENT * depth}{name:<{width}} = {new}\n"
            return splice(text, Span(at, at), line)
        return splice(text, Span(at, at), "\n" + alone + _gap(data, at))
    if block.arguments:
        at = _lines(data, (short or block.arguments)[-1].span)[1]
        return splice(text, Span(at, at), "\n" + alone + _gap(data, at))
    at = data.index(b"\n", block.inside.start) + 1
    return splice(text, Span(at, at), alone + ("\n" if block.blocks else ""))


def _gap(data: bytes, at: int) -> str:
    """A blank line where what follows would else stand right behind."""
    line = data[at:].split(b"\n", 1)[0].strip()
    return "" if line in (b"", b"}") else "\n"


def _opened(text: str, block: Block) -> tuple[str, Block]:
    """A block that stands on one line, on several."""
    depth = _depth(text, block.span)
    inner = block.inside.of(text).strip()
    lines = f"{INDENT * (depth + 1)}{inner}\n" if inner else ""
    text = splice(text, block.inside, f"\n{lines}{INDENT * depth}")
    return text, _again(text, block)


def _again(text: str, block: Block) -> Block:
    """The block that starts where ``block`` did, after an edit inside it."""
    waiting = list(syntax.blocks(text))
    while waiting:
        found = waiting.pop()
        if found.span.start == block.span.start:
            return found
        waiting += found.blocks
    raise Uneditable(f"a block {block.type} cannot be read")


def _put_nested(text: str, block: Block, name: str, value: Nested) -> str:
    there = block.nested(name)
    depth = _depth(text, block.span) + 1
    new = values.block(name, value.body, depth)
    if len(there) == 1:
        return splice(text, Span(*_lines(text.encode(), there[0].span)), new)
    if there:
        raise Uneditable(f"{block.address or block.type} has {len(there)} blocks {name}")
    return add_nested(text, block, name, value)


def add_nested(text: str, block: Block, name: str, value: Nested) -> str:
    """One more nested block, behind all that is there."""
    depth = _depth(text, block.span) + 1
    if "\n" not in block.inside.of(text):
        text, block = _opened(text, block)
    new = values.block(name, value.body, depth)
    data = text.encode()
    at = data.rindex(b"\n", 0, block.inside.end) + 1
    gap = "\n" if block.arguments or block.blocks else ""
    return splice(text, Span(at, at), gap + new)


# maps


def _put_entry(text: str, holder: Argument, name: str, value: Value) -> str:
    depth = _depth(text, holder.span)
    new = values.expression(value, depth + 1)
    if holder.entries is None:
        had = holder.value.of(text)
        added = values.expression({name: value}, depth)
        return splice(text, holder.value, f"merge({had}, {added})")
    there = next((e for e in holder.entries if e.key == name), None)
    if _commented(text, holder):
        if there is not None:
            return splice(text, there.value, new)
        return _insert_entry(text, holder, f"{INDENT * (depth + 1)}{values.key(name)} = {new}\n")
    pairs = _pairs(text, holder.entries)
    if there is None:
        pairs.append((values.key(name), new))
    else:
        at = holder.entries.index(there)
        pairs[at] = (pairs[at][0], new)
    return splice(text, holder.value, _laid_out(text, holder, pairs))


def _drop_entry(text: str, holder: Argument, name: str) -> str:
    if holder.entries is None:
        raise Uneditable(f"{holder.name} is {holder.value.of(text)}, and not a plain map")
    there = next((e for e in holder.entries if e.key == name), None)
    if there is None:
        return text
    if _commented(text, holder):
        return splice(text, Span(*_lines(text.encode(), there.span)), "")
    rest = [e for e in holder.entries if e is not there]
    return splice(text, holder.value, _laid_out(text, holder, _pairs(text, rest)))


def _pairs(text: str, entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Keys and values as they are written."""
    data = text.encode()

    def key_of(entry: Entry) -> str:
        head = data[entry.span.start : entry.value.start].decode().rstrip()
        return head[:-1].rstrip()  # without = or :

    return [(key_of(e), e.value.of(text)) for e in entries]


def _laid_out(text: str, holder: Argument, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return "{}"
    if holder.entries and "\n" not in holder.value.of(text):
        return "{ " + ", ".join(f"{k} = {v}" for k, v in pairs) + " }"
    depth = _depth(text, holder.span)
    return "{\n" + "".join(values.aligned(pairs, depth + 1)) + INDENT * depth + "}"


def _commented(text: str, holder: Argument) -> bool:
    """Something stands in the object that is no entry."""
    data, at, rest = text.encode(), holder.value.start + 1, b""
    for entry in holder.entries or ():
        rest += data[at : entry.span.start]
        at = entry.span.end
    rest += data[at : holder.value.end - 1]
    return bool(rest.replace(b",", b"").strip())


def _insert_entry(text: str, holder: Argument, line: str) -> str:
    data = text.encode()
    at = data.rindex(b"\n", 0, holder.value.end) + 1
    return splice(text, Span(at, at), "\n" + line if holder.entries else line)


# lines


def _lines(data: bytes, span: Span) -> tuple[int, int]:
    """From the start of the first line to the start of the line behind the last."""
    start = data.rfind(b"\n", 0, span.start) + 1
    end = data.find(b"\n", span.end)
    return start, len(data) if end < 0 else end + 1


def _depth(text: str, span: Span) -> int:
    """How often the line is indented on which it begins."""
    data = text.encode()
    start = data.rfind(b"\n", 0, span.start) + 1
    line = data[start : span.start]
    return (len(line) - len(line.lstrip(b" "))) // len(INDENT)


def as_body(entries: Mapping[str, Value]) -> Nested:
    return Nested(dict(entries))
