"""Operations of Azure's own, on a target: expressed, with the resource group that they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from modalities.azure.asking import Wire
from modalities.azure.express.board import Board, Document
from modalities.azure.images import Image
from modalities.azure.operating.expressing import Ground, expressed
from modalities.azure.operating.looking import read
from modalities.change import Operate
from modalities.contract import Draft, Unsupported
from modalities.prices.table import Prices
from modalities.resource import Kind, World
from modalities.step import Effect, Step
from modalities.target import Target


def drafted(
    operations: Sequence[Operate],
    world: World,
    target: Target,
    maker: Board,
    before: Sequence[Draft],
) -> Draft:
    """The steps of the operations, beside those of ``before``; ``maker`` makes the resource
    group. Raises Unsupported, Unresolved, CloudError."""
    ground = Ground(world, maker.region, lambda call: read(Wire(target), call))
    drafts = list(before)
    for operation in operations:
        taken = frozenset(step.id for draft in drafts for step in draft.steps)
        drafts.append(expressed(operation, ground, taken))
    own = drafts[len(before) :]
    steps = [step for draft in own for step in draft.steps]
    if steps and all(step.effect is Effect.READ for step in steps):
        raise Unsupported("it only reads: ask it as a question")
    first = _group(steps, maker, before)
    return Draft(
        (*first, *(_after(step, first, before) for step in steps)),
        tuple(a for draft in own for a in draft.advisories),
        tuple(text for draft in own for text in draft.defaults),
        tuple({(r.kind, r.id): r for draft in own for r in draft.seen}.values()),
    )


def group_maker(world: World, region: str, label: str, prices: Prices) -> Board:
    """A drawing board on which nothing stands yet."""

    def no_image(system: str | None, architecture: str) -> Image:
        raise Unsupported(f"no image is chosen here ({system}, {architecture})")

    def nothing(id: str) -> Document:
        raise LookupError(id)

    return Board(
        world=world, region=region, label=label, prices=prices, pick_image=no_image, look=nothing
    )


def _group(steps: Sequence[Step], board: Board, before: Sequence[Draft]) -> tuple[Step, ...]:
    """The step that makes the group, where something is made and nobody has made it."""
    if not any(step.effect is Effect.CREATE for step in steps) or _makers(before):
        return ()
    board.need_group()
    return tuple(board.steps.values())


def _after(step: Step, first: tuple[Step, ...], before: Sequence[Draft]) -> Step:
    makers = (*(one.id for one in first), *_makers(before))
    return replace(step, needs=tuple(dict.fromkeys((*makers, *step.needs))))


def _makers(drafts: Sequence[Draft]) -> tuple[str, ...]:
    steps = (step for draft in drafts for step in draft.steps if step.effect is Effect.CREATE)
    return tuple(s.id for s in steps if any(r.kind is Kind.RESOURCE_GROUP for r in s.changes))
