"""az's commands from sources that look like its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudops.knowledge.contract import Operation, Type
from cloudops.knowledge.sources.az import source

GENERATED = '''
@register_command(
    "boat dock create",
)
class Create(AAZCommand):
    """Create a dock.

    Docks hold boats.

    :example: Create a dock for two boats.
        az boat dock create -g MyGroup -n MyDock --places 2
    """

    @classmethod
    def _build_arguments_schema(cls, *args, **kwargs):
        _args_schema = cls._args_schema
        _args_schema.resource_group = AAZResourceGroupNameArg(
            required=True,
        )
        _args_schema.dock_name = AAZStrArg(
            options=["-n", "--name", "--dock-name"],
            help="The dock.",
            required=True,
        )
        _args_schema.places = AAZIntArg(
            options=["--places"],
        )
        _args_schema.kind = AAZStrArg(
            enum={"wood": "Wood", "stone": "Stone"},
        )
        return cls._args_schema

    def _execute_operations(self):
        pass
'''
HELP = '''
helps['boat'] = """
type: group
short-summary: Manage boats.
"""
helps['boat rent'] = """
type: command
short-summary: Rent a boat.
examples:
  - name: Rent a boat with oars.
    text: az boat rent -n Anna --with-oars
"""
'''
COMMANDS = """
def load_command_table(self, _):
    with self.command_group('boat', custom) as g:
        g.custom_command('rent', 'rent_boat', supports_no_wait=True)
        g.command('sink', 'begin_sink')
"""
CUSTOM = """
def rent_boat(cmd, client, boat_name, hours=1, crew=None):
    pass
"""
PARAMS = """
def load_arguments(self, _):
    with self.argument_context('boat') as c:
        c.argument('boat_name', options_list=['--name', '-n'], help='Which boat.')
    for scope in ['boat rent']:
        with self.argument_context(scope) as c:
            c.argument('hours', type=int)
            c.argument('crew', nargs='+')
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Operation]:
    module = tmp_path / "boat"
    place = module / "aaz" / "latest" / "boat" / "dock"
    place.mkdir(parents=True)
    (place / "_create.py").write_text(GENERATED)
    texts = {"__init__": "", "_help": HELP, "commands": COMMANDS, "custom": CUSTOM}
    for name, text in {**texts, "_params": PARAMS}.items():
        (module / f"{name}.py").write_text(text)
    (part,) = source(tmp_path, "1").parts
    return {operation.command: operation for operation in part.read()}


def test_a_generated_command(found: dict[str, Operation]) -> None:
    create = found["az boat dock create"]
    assert create.about == "Create a dock. Docks hold boats."
    assert create.examples == ("Create a dock for two boats",)
    by_name = {p.name: p for p in create.parameters}
    name = by_name["dock_name"]
    assert (name.option, name.short, name.also) == ("--dock-name", "-n", ("--name",))
    assert by_name["resource_group"].option == "--resource-group"
    assert by_name["places"].type is Type.WHOLE
    assert by_name["kind"].choices == ("wood", "stone")
    assert {p.name for p in create.parameters if p.required} == {"resource_group", "dock_name"}


def test_a_command_made_by_hand(found: dict[str, Operation]) -> None:
    rent = found["az boat rent"]
    assert rent.about == "Rent a boat."
    assert rent.title == "Manage boats."
    by_name = {p.name: p for p in rent.parameters}
    assert by_name["boat_name"].required
    assert by_name["boat_name"].option == "--name"
    assert not by_name["hours"].required
    assert by_name["crew"].type is Type.LIST
    assert by_name["with_oars"].type is Type.FLAG, "only an example shows it"


def test_a_command_without_help_is_known(found: dict[str, Operation]) -> None:
    assert "az boat sink" in found
