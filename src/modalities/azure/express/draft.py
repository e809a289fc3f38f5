"""From wanted changes to Azure calls. Nothing is sent but reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from modalities.azure.express import (
    attaching,
    create,
    delete,
    diagnostics,
    looking,
    ports,
    power,
    resize,
    spot,
    tags,
)
from modalities.azure.express.board import Board, PickImage
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Operate,
    Resize,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.contract import Draft, Unsupported
from modalities.prices.table import Prices
from modalities.resource import World
from modalities.target import Identity, Target


def express(
    changes: Sequence[Change],
    world: World,
    target: Target,
    identity: Identity,
    label: str,
    pick_image: PickImage,
    prices: Prices,
) -> Draft:
    """The steps that bring ``changes`` about from ``world``; none where all is so already.

    ``label`` is the run's and marks what is made (tag ``cloudops:run``). Raises Unresolved
    where a name is not there or means several, Unsupported where Azure has no such thing,
    CloudError where what a call must write whole cannot be read; what ``pick_image`` raises
    goes through.
    """
    board = Board(
        world=world,
        region=identity.region or target.region,
        label=label,
        pick_image=pick_image,
        prices=prices,
        look=looking.at(target),
        offers=looking.offers(target),
    )
    for change in changes:
        if not isinstance(change, Delete):
            _express(board, change)
    deletions = [change for change in changes if isinstance(change, Delete)]
    if deletions:
        delete.delete(board, deletions)
    return board.draft()


def _express(board: Board, change: Change) -> None:
    match change:
        case Create():
            create.create(board, change)
        case Attach():
            attaching.attach(board, change)
        case Detach():
            attaching.detach(board, change)
        case Delete():
            delete.delete(board, [change])
        case SetPower():
            power.set_power(board, change)
        case Resize():
            resize.resize(board, change)
        case SetTags():
            tags.set_tags(board, change)
        case SetPort():
            ports.set_port(board, change)
        case SetPriority():
            spot.set_priority(board, change)
        case SetDiagnostics():
            diagnostics.set_diagnostics(board, change)
        case Operate():
            raise Unsupported(f"{change.words}: only AWS's own operations are expressed so far")
        case _:
            assert_never(change)
