"""AWS's models as operations; names as the vendor's own library makes them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from cloudops.knowledge.contract import Type
from cloudops.knowledge.sources.botocore import dashed, operations, source, waits

MODEL = {
    "metadata": {"serviceFullName": "Amazon Boats"},
    "operations": {
        "RentBoat": {
            "documentation": "<p>Rents a <b>boat</b> &amp; oars.</p>",
            "input": {"shape": "Rent"},
            "output": {"shape": "Rented"},
        }
    },
    "shapes": {
        "Rent": {
            "type": "structure",
            "required": ["BoatName"],
            "members": {"BoatName": {"shape": "Name"}, "Crew": {"shape": "Crew"}},
        },
        "Name": {"type": "string", "max": 8, "enum": ["Anna", "Berta"]},
        "Crew": {"type": "list", "member": {"shape": "Sailor"}},
        "Sailor": {"type": "structure", "members": {"Next": {"shape": "Sailor"}}},
        "Rented": {"type": "structure", "members": {"BoatId": {"shape": "Name"}}},
    },
}


def test_an_operation_with_all_that_it_takes() -> None:
    (rent,) = operations("boats", MODEL)
    assert (rent.command, rent.service, rent.name) == ("aws boats rent-boat", "boats", "RentBoat")
    assert rent.about == "Rents a boat & oars."
    name, crew = rent.parameters
    assert (name.option, name.required, name.choices) == ("--boat-name", True, ("Anna", "Berta"))
    assert name.most == 8
    assert crew.type is Type.LIST
    assert crew.item is not None
    assert crew.item.members[0].name == "Next", "a shape within itself comes to an end"
    assert rent.returns == ("BoatId",)


def test_a_waiter_takes_what_its_call_takes() -> None:
    (wait,) = waits("boats", MODEL, {"waiters": {"BoatRented": {"operation": "RentBoat"}}})
    assert wait.command == "aws boats wait boat-rented"
    assert [p.name for p in wait.parameters] == ["BoatName", "Crew"]


@pytest.mark.parametrize("service", ["ec2", "iam", "s3", "rds", "iot", "wafv2", "dms", "elbv2"])
def test_commands_are_named_as_botocore_names_them(service: str) -> None:
    model = Loader().load_service_model(service, "service-2")
    for name in model["operations"]:
        assert dashed(name) == xform_name(name, "-")


def test_every_service_is_a_part_in_its_newest_version() -> None:
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    parts = source(Path(spec.origin).parent / "data", "1").parts
    assert len(parts) > 300
    (queues,) = [part for part in parts if part.name == "aws sqs"]
    assert "aws sqs send-message" in {operation.command for operation in queues.read()}
