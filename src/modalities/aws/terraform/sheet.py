"""The sheet a draft is written on: the module as it will be when all calls have been said.

New blocks are kept as values until the end, so that later calls complete them; what a file has
already is edited in its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from modalities.action import Output
from modalities.aws.arns import kind_of_id
from modalities.aws.terraform import edits, syntax
from modalities.aws.terraform.labels import free, label
from modalities.aws.terraform.module import ROOT, Module, blocks_of, file_of
from modalities.aws.terraform.values import Nested, Ref, Value
from modalities.contract import Unsupported
from modalities.plan import Advisory
from modalities.resource import Kind, Resource, World

ARN = frozenset({"aws_lb", "aws_lb_target_group", "aws_lb_listener"})
"""Types that others name by ARN."""

RELATIONS = frozenset(
    {
        "aws_ec2_instance_state",
        "aws_eip_association",
        "aws_lb_target_group_attachment",
        "aws_network_interface_attachment",
        "aws_route",
        "aws_route_table_association",
        "aws_s3_bucket_versioning",
        "aws_volume_attachment",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
    }
)
"""Types that only say how others hang together: they go with what they name."""

INDEXED = re.compile(r"\[[^\]]*\]$")

Body: TypeAlias = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Doomed:
    """Something that must be taken over to be deleted: Terraform deletes what it has. ``body``
    gives its block when all that goes is known; ``id`` is what ``import`` wants to hear."""

    body: Callable[[Sheet], Body]
    id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An output of the module."""

    description: str
    value: Ref


@dataclass(slots=True, kw_only=True)
class Sheet:
    """``owners`` maps ids to the addresses that own them, also those taken over here;
    ``fresh`` are blocks that no file has yet, ``doomed`` those that are taken over to be
    deleted. ``going`` are the ids of those. ``outputs`` says where the output ``step.name`` of a
    draft stands: address and attribute."""

    module: Module
    world: World
    region: str
    files: dict[str, str]
    owners: dict[str, str]
    fresh: dict[str, Body] = field(default_factory=dict)
    doomed: dict[str, Doomed] = field(default_factory=dict)
    going: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Shown] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, tuple[str, str]] = field(default_factory=dict)
    literals: dict[str, Value] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    changed: dict[str, None] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    advisories: list[Advisory] = field(default_factory=list)

    # names

    def taken(self) -> set[str]:
        there = {b.address for _, b in blocks_of(self.files)}
        return there | {*self.fresh, *self.doomed} | {*self.owners.values()}

    def name(self, type: str, wish: str) -> str:
        """A free address of the type, after what people call the thing."""
        return free(f"{type}.{label(wish, type.removeprefix('aws_'))}", self.taken())

    # references

    def ref(self, value: Any, attribute: str | None = None) -> Value:
        """What stands in HCL for a call's parameter: a reference where the module owns the
        thing or makes it, else the value itself."""
        output = Output.parse(value)
        if output is not None:
            return self._of_output(output, attribute)
        if isinstance(value, (list, tuple)):
            return tuple(self.ref(v, attribute) for v in value)
        owner = self.owners.get(value) if isinstance(value, str) else None
        if owner is None or not ROOT.fullmatch(owner) or owner in self.removed:
            return value  # type: ignore[no-any-return]
        return Ref(f"{owner}.{attribute or _identity(owner)}")

    def link(self, value: str, within: str) -> Value:
        """A reference where the module owns what has this id, but for the block ``within``
        itself. A bucket's id is its name, and may be anybody's word."""
        owner = self.owners.get(value, within)
        if owner == within or owner.split(".")[-2] == "aws_s3_bucket":
            return value
        return self.ref(value)

    def _of_output(self, output: Output, attribute: str | None) -> Value:
        name = f"{output.step}.{output.name}"
        if name in self.literals:
            return self.literals[name]
        if name not in self.outputs:
            raise Unsupported(f"Terraform has no way to say the {output.name} of {output.step}")
        address, own = self.outputs[name]
        return Ref(f"{address}.{attribute if attribute and output.name == 'id' else own}")

    def address(self, value: Any) -> str | None:
        """The address that stands for an id or output; None where the module does not own it."""
        output = Output.parse(value)
        if output is not None:
            return self.outputs.get(f"{output.step}.{output.name}", (None, ""))[0]
        return self.owners.get(value) if isinstance(value, str) else None

    def resource(self, id: Any, kind: Kind | None = None) -> Resource | None:
        """What the world holds under this id."""
        known = kind or (kind_of_id(id) if isinstance(id, str) else None)
        return self.world.get(known, id) if known and isinstance(id, str) else None

    # blocks

    def make(self, step: str, type: str, wish: str, body: Body) -> str:
        """A new block; the address. The step's output ``id`` is its id from now on."""
        address = self.name(type, wish)
        self.fresh[address] = body
        self.changed[address] = None
        self.made.setdefault(step, address)
        self.outputs.setdefault(f"{step}.id", (address, _identity(address)))
        return address

    def take(self, address: str, id: str, body: Body) -> str:
        """A block for something that is there and that the module has not owned so far."""
        self.fresh[address] = body
        self.imports[address] = id
        self.owners[id] = address
        self.changed[address] = None
        return address

    def put(self, address: str, path: Sequence[str], value: Value) -> None:
        """Set an argument, one in a nested block, or an entry of a map. Raises Unsupported."""
        self.changed[address] = None
        if address in self.fresh:
            _put(self.fresh[address], path, value)
        else:
            self._edit(address, lambda text: edits.put(text, address, path, value))

    def drop(self, address: str, path: Sequence[str]) -> None:
        """Raises Unsupported."""
        self.changed[address] = None
        if address in self.fresh:
            _drop(self.fresh[address], path)
        else:
            self._edit(address, lambda text: edits.drop(text, address, path))

    def add_nested(self, address: str, name: str, value: Nested) -> None:
        """One more block of this name. Raises Unsupported."""
        self.changed[address] = None
        if address in self.fresh:
            had = self.fresh[address].get(name) or ()
            blocks = had if isinstance(had, tuple) else (had,)
            self.fresh[address][name] = (*blocks, value)
            return

        def edit(text: str) -> str:
            block = edits.find(text, address)
            if block is None:
                raise edits.Uneditable(f"there is no block for {address}")
            return edits.add_nested(text, block, name, value)

        self._edit(address, edit)

    def written(self, address: str) -> tuple[str, syntax.Block]:
        """The text and the block of what a file declares. Raises Unsupported."""
        name = self._file(address)
        block = edits.find(self.files[name], address)
        if block is None:
            raise AssertionError(address)
        return self.files[name], block

    def _edit(self, address: str, edit: Any) -> None:
        name = self._file(address)
        try:
            syntax.check(self.files[name])
            self.files[name] = edit(self.files[name])
        except syntax.Broken as error:
            raise Unsupported(f"{name} cannot be edited: {error}") from None
        except edits.Uneditable as error:
            raise Unsupported(f"{name}: {error}") from None

    def _file(self, address: str) -> str:
        """Raises Unsupported where no edit of one block of the root module would do."""
        if address.startswith("module."):
            raise Unsupported(f"{address} is made by a module of its own: change its inputs there")
        if INDEXED.search(address):
            raise Unsupported(
                f"{address} is one of several that one block makes (count or for_each): what "
                "changes the block changes all of them; edit it by hand"
            )
        name = file_of(self.files, address)
        if name is None:
            raise Unsupported(f"{address} is in the state, and no .tf file declares it")
        return name

    def remove(self, address: str) -> None:
        """The block goes, with the outputs and relations that name it. Raises Unsupported where
        something else does."""
        self.removed.add(address)
        self.changed[address] = None
        if address in self.fresh:
            del self.fresh[address]
            self.imports.pop(address, None)
        else:
            self._edit(address, lambda text: edits.remove(text, edits.find(text, address)))  # type: ignore[arg-type]
        for name, block in tuple(blocks_of(self.files)):
            if address not in block.names or block.address in self.removed:
                continue
            if block.type in ("output", "import", "moved", "removed"):
                self._cut(name, block)
            elif block.type == "resource" and block.labels[0] in RELATIONS:
                self.remove(block.address)
            elif block.address:
                self._wait_no_more(block, address)

    def _wait_no_more(self, block: syntax.Block, address: str) -> None:
        """Take the address out of ``depends_on``."""
        text, now = self.written(block.address)
        waits = now.argument("depends_on")
        names = waits.value.of(text).strip("[] \n,").split(",") if waits else []
        rest = tuple(Ref(n.strip()) for n in names if n.strip() != address)
        if len(rest) < len(names):
            path = ("depends_on",)
            was = {*self.changed}
            self.put(block.address, path, rest) if rest else self.drop(block.address, path)
            if block.address not in was:  # nothing about the thing itself changes
                del self.changed[block.address]

    def _cut(self, name: str, block: syntax.Block) -> None:
        """Take a block out that has no address."""
        now = next(b for b in syntax.blocks(self.files[name]) if _same(b, block))
        self.files[name] = edits.remove(self.files[name], now)

    def holders(self, address: str) -> tuple[str, ...]:
        """What a file says still refers to the address."""
        return tuple(
            f"{b.address or ' '.join((b.type, *b.labels))} in {name}"
            for name, b in blocks_of(self.files)
            if address in b.names
        )

    def doom(
        self,
        type: str,
        wish: str,
        body: Callable[[Sheet], Body],
        import_id: str,
        id: str = "",
    ) -> str:
        """Delete something that the module does not own; ``id`` is its own. The address."""
        if id in self.going:
            return self.going[id]
        address = self.name(type, wish)
        self.doomed[address] = Doomed(body, import_id)
        self.changed[address] = None
        if id:
            self.going[id] = address
        return address

    def cut_nested(self, address: str, block: syntax.Block) -> None:
        """Take one nested block out of a block that a file has."""
        self._edit(address, lambda text: edits.cut(text, block.span))
        self.changed[address] = None

    # words

    def show(self, address: str, description: str, attribute: str) -> None:
        """Give the attribute as an output."""
        there = {b.labels[0] for _, b in blocks_of(self.files) if b.type == "output" and b.labels}
        name = free(f"{address.rpartition('.')[2]}_{attribute}", there | {*self.shown})
        self.shown[name] = Shown(description, Ref(f"{address}.{attribute}"))

    def advise(self, severity: str, text: str, step: str | None = None) -> None:
        self.advisories.append(Advisory(severity, text, step))


def _same(one: syntax.Block, other: syntax.Block) -> bool:
    return (one.type, one.labels, one.names) == (other.type, other.labels, other.names)


def _identity(address: str) -> str:
    return "arn" if address.split(".")[-2] in ARN else "id"


def _put(body: Body, path: Sequence[str], value: Value) -> None:
    *outer, name = path
    for part in outer:
        inner = body.get(part)
        if isinstance(inner, Nested):
            copy: Body = dict(inner.body)
            body[part] = Nested(copy)
        else:
            copy = dict(inner) if isinstance(inner, dict) else {}
            body[part] = copy if part == "tags" else Nested(copy)
        body = copy
    body[name] = value


def _drop(body: Body, path: Sequence[str]) -> None:
    *outer, name = path
    for part in outer:
        inner = body.get(part)
        if not isinstance(inner, (Nested, dict)):
            return
        copy: Body = dict(inner.body if isinstance(inner, Nested) else inner)
        body[part] = Nested(copy) if isinstance(inner, Nested) else copy
        body = copy
    body.pop(name, None)
