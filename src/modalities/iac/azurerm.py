"""HCL for the provider azurerm: what a resource group holds, as files that a person would keep.

Blocks come from modalities.azure.terraform; here they get addresses, refer to each other and
become text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from modalities.aws.terraform import values
from modalities.aws.terraform.labels import free, label
from modalities.azure import ids
from modalities.azure.asking import Wire
from modalities.azure.templates.writing import address_of
from modalities.azure.terraform import schema
from modalities.azure.terraform.blocks import Block, Nested, Ref
from modalities.azure.terraform.holdings import held
from modalities.azure.terraform.wishes import wanted
from modalities.contract import Exported, Unsupported
from modalities.iac.azurerm_checks import looked_at
from modalities.iac.installation import Installation
from modalities.step import Step
from modalities.target import Target, account_of

TERRAFORM = ">= 1.5"
"""The first with import blocks."""

VERSIONS, IMPORTS, MAIN = "versions.tf", "imports.tf", "main.tf"

FILES = {
    "network.tf": ("azurerm_virtual_network", "azurerm_subnet", "azurerm_public_ip"),
    "interfaces.tf": ("azurerm_network_interface",),
    "security.tf": ("azurerm_network_security", "azurerm_ssh_public_key"),
    "compute.tf": ("azurerm_linux_virtual_machine", "azurerm_virtual_machine"),
    "storage.tf": ("azurerm_managed_disk",),
    "load_balancing.tf": ("azurerm_lb",),
}
"""Which file holds what, by how the types begin; all else is in main.tf."""


@dataclass(frozen=True, slots=True)
class Written:
    """``files`` are names to text; ``imports`` maps each address to the id that it takes over;
    ``unsaid`` are lines about what the provider has no word for."""

    files: Mapping[str, str]
    imports: Mapping[str, str]
    unsaid: tuple[str, ...] = field(default=())


def exported(target: Target, scope: str, shared: Path) -> Exported:
    """What the target's resource group holds. ``shared`` is a directory of ours for what Terraform
    needs. Raises CloudError, Unsupported."""
    said = held(Wire(target), scope)
    left_out = {address_of(id): why for id, why in said.left_out.items()}
    if not said.blocks:
        lines = (f"{name}: {why}" for name, why in left_out.items())
        group = f"resource group {target.resource_group}"
        raise Unsupported("; ".join((f"{group} holds nothing that can be", *lines)))
    return _whole(written(said.blocks, scope), f"{HELD} {target.resource_group}", left_out, shared)


def planned(steps: Sequence[Step], scope: str, shared: Path) -> Exported:
    """What the steps would make; asks no cloud. Raises CloudError, Unsupported."""
    code = written(wanted(steps, scope), scope, there=False)
    return _whole(code, f"{PLANNED} {scope.partition('/')[2]}", {}, shared)


HELD = "What is there: resource group"
PLANNED = "What a plan would make, not there yet: resource group"


def _whole(code: Written, about: str, left_out: Mapping[str, str], shared: Path) -> Exported:
    head = _head(about, left_out, code.unsaid)
    files = {**code.files, VERSIONS: f"{head}\n{code.files[VERSIONS]}"}
    checked = tuple(looked_at(files, Installation(shared.absolute())))
    return Exported(files, code.imports, left_out, code.unsaid, checked)


def _head(about: str, left_out: Mapping[str, str], unsaid: Sequence[str]) -> str:
    """Comments for whoever finds the files alone: what they say, and what they do not."""
    lines = [
        f"{about}; written by cloudops.",
        f"Checked by the schema of hashicorp/azurerm {schema.version()}: plan before you apply.",
        *(f"Left out: {name}: {why}" for name, why in left_out.items()),
        *(f"Not in the code: {line}" for line in unsaid),
    ]
    return "".join(f"# {' '.join(line.split())}\n" for line in lines)


def written(blocks: Sequence[Block], scope: str, *, there: bool = True) -> Written:
    """Code for what the blocks say, which takes it over where it is ``there``. Raises Unsupported
    for what the provider, as far as its schema is known, would not take."""
    code = _Code(blocks)
    files: dict[str, str] = {VERSIONS: _foundation(scope)}
    for address, block in code.addressed.items():
        name = _file(block.type)
        head = values.headed("resource", *address.split("."))
        text = values.block(head, {k: code.value(v) for k, v in block.body.items()})
        files[name] = f"{files[name]}\n{text}" if name in files else text
    imports = {address: block.id for address, block in code.addressed.items() if there}
    if imports:
        files[IMPORTS] = "\n".join(
            values.block("import", {"to": values.Ref(address), "id": id})
            for address, id in imports.items()
        )
    return Written(files, imports, tuple(_unsaid(code.addressed)))


class _Code:
    """The blocks by their addresses, and what refers to what."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.addressed: dict[str, Block] = {}
        self._owners: dict[str, str] = {}
        for block in blocks:
            wish = f"{block.type}.{label(block.name, block.type.removeprefix('azurerm_'))}"
            address = free(wish, self.addressed)
            self.addressed[address] = block
            if "|" not in block.id:
                self._owners.setdefault(ids.key(block.id), address)

    def value(self, value: object) -> values.Value:
        match value:
            case Ref():
                return self._reference(value)
            case Nested():
                return values.Nested({k: self.value(v) for k, v in value.body.items()})
            case tuple():
                return tuple(self.value(v) for v in value)
            case Mapping():
                return {str(k): self.value(v) for k, v in value.items()}
            case str() | int() | float() | bool():
                return value
        raise TypeError(f"{type(value).__name__} is no value of HCL")

    def _reference(self, ref: Ref) -> values.Value:
        address = self._owners.get(ids.key(ref.id))
        if address is None:
            return ref.plain
        if not schema.tells(self.addressed[address].type, ref.attribute):
            raise Unsupported(f"{address} tells no {ref.attribute}")
        return values.Ref(f"{address}.{ref.attribute}")


def _file(type: str) -> str:
    starts = ((name, start) for name, all_ in FILES.items() for start in all_)
    fitting = [(len(start), name) for name, start in starts if type.startswith(start)]
    return max(fitting)[1] if fitting else MAIN


def _foundation(scope: str) -> str:
    """Which provider, and whose subscription. Nothing is registered on the way: no plan would
    show it."""
    major, minor, *_ = schema.version().split(".")
    source = {"source": "hashicorp/azurerm", "version": f"~> {major}.{minor}"}
    pinned: values.Body = {
        "required_version": TERRAFORM,
        "required_providers": values.Nested({"azurerm": source}),
    }
    own = {"subscription_id": account_of(scope), "resource_provider_registrations": "none"}
    wrong = list(schema.provider_faults(own))
    if wrong:
        raise Unsupported("; ".join(wrong))
    provider = values.block(
        values.headed("provider", "azurerm"), {**own, "features": values.Nested({})}
    )
    return values.block("terraform", pinned) + "\n" + provider


def _unsaid(addressed: Mapping[str, Block]) -> Iterator[str]:
    for address, block in addressed.items():
        yield from (f"{address}: {text}" for text in block.unsaid)
