"""Tags put on and taken off what the code has, or gets for that."""

from __future__ import annotations

from typing import Any

from modalities.aws.arns import kind_of_id
from modalities.aws.terraform import adopting, tagging
from modalities.aws.terraform.sheet import Sheet
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Step

Call = dict[str, Any]


def create_tags(sheet: Sheet, step: Step, p: Call) -> None:
    for id in p.get("Resources") or p.get("ResourceArns") or ():
        for address, path in [_place(sheet, step, id)]:
            for key, value in tagging.pairs(p["Tags"]).items():
                sheet.put(address, (*path, key), value)
            sheet.made.setdefault(step.id, address)


def delete_tags(sheet: Sheet, step: Step, p: Call) -> None:
    names = [*(p.get("TagKeys") or ()), *(t["Key"] for t in p.get("Tags") or ())]
    for id in p.get("Resources") or p.get("ResourceArns") or ():
        address, path = _place(sheet, step, id)
        for key in names:
            sheet.drop(address, (*path, key))
        sheet.made.setdefault(step.id, address)


def _place(sheet: Sheet, step: Step, id: Any) -> tuple[str, tuple[str, ...]]:
    """The block that says the tags of the thing, and where. Raises Unsupported."""
    known = sheet.address(id)
    if known is not None:
        return known, ("tags",)
    kind = step.changes[0].kind if step.changes else kind_of_id(str(id))
    if kind is None:
        raise Unsupported(f"it is not known what {id} is")
    disk = sheet.resource(id, kind) if kind is Kind.DISK else None
    vm = disk.attributes.get("attached_to") if disk and disk.attributes.get("boot") else None
    if isinstance(vm, str) and vm in sheet.owners:
        return sheet.owners[vm], ("root_block_device", "tags")
    return adopting.own(sheet, id, kind), ("tags",)
