"""cloudops prices: what is known of what things cost, and getting newer figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.commands.opening import configured
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Misused

if TYPE_CHECKING:
    from pathlib import Path

    from cloudops.config import Config
    from modalities.prices.table import Prices
    from modalities.resource import Provider

app = typer.Typer(no_args_is_help=True, help="The table of prices that plans are costed by.")

FILE = "prices.json"


@command(app, "list", examples=("cloudops prices list", "cloudops prices list --region eu-west-1"))
def list_(
    common: Common,
    cloud: Annotated[str, typer.Option("--cloud", metavar="aws|azure", help="Which.")] = "aws",
    region: Annotated[
        str | None, typer.Option("--region", help="Which [default: the target's].")
    ] = None,
) -> None:
    """VM sizes with what they cost in a region; what is not known is shown as unknown."""
    from modalities.prices.table import HOURS

    config = configured(common)
    voice = Voice(config)
    provider = _provider(cloud)
    where = region or config.target(config["target"]).region
    prices = prices_of(config)
    sizes = [s for s in prices.sizes if s.provider == provider]
    rows = [
        {
            "size": s.name,
            "vcpus": s.vcpus,
            "memory_gib": s.memory_gib,
            "hourly": s.hourly.get(where),
        }
        for s in sizes
    ]
    voice.table(
        {"date": prices.date, "cloud": cloud, "region": where, "currency": "USD", "sizes": rows},
        ("size", "vCPUs", "GiB", "USD an hour", "USD a month"),
        (
            (
                s.name,
                str(s.vcpus),
                f"{s.memory_gib:g}",
                _usd(s.hourly.get(where), 4),
                _usd(None if where not in s.hourly else s.hourly[where] * HOURS, 2),
            )
            for s in sizes
        ),
        f"no size of {cloud} is known",
    )
    if voice.human:
        voice.say({}, f"{cloud} in {where}, prices of {prices.date}")


@command(
    app,
    "refresh",
    examples=("cloudops prices refresh", "cloudops prices refresh --cloud aws --region eu-west-1"),
)
def refresh(
    common: Common,
    cloud: Annotated[
        list[str] | None, typer.Option("--cloud", metavar="aws|azure", help="Which [all].")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="Which [default: your targets'].")
    ] = None,
) -> None:
    """Fetch newer prices from the vendors' public price lists.

    All of it or nothing: where the network does not allow it, the table there was still holds.
    """
    from modalities.prices.download import Download
    from modalities.prices.refresh import RefreshFailed
    from modalities.prices.refresh import refresh as fetch

    config = configured(common)
    voice = Voice(config)
    own = {(t.provider, t.region) for t in config.targets.values()}
    providers = [_provider(name) for name in cloud or sorted({str(p) for p, _ in own})]
    regions = {p: region or sorted(r for q, r in own if p == q) for p in providers}
    voice.aside("fetching the vendors' price lists; this can take some minutes ...")
    try:
        done = fetch(Download(), config.state_dir / FILE, providers, regions)
    except RefreshFailed as error:
        raise CannotEvaluate(str(error), remedy=error.remedy) from None
    sizes = {f"{p} {r}": count for (p, r), count in done.sizes.items()}
    voice.say(
        {"file": str(done.destination), "date": done.date, "sizes": sizes},
        *(f"{where}: {count} sizes" for where, count in sizes.items()),
        f"kept in {done.destination}",
    )


def prices_of(config: Config) -> Prices:
    """The table in effect. Raises Misused where the user's own is not one."""
    from modalities.prices.table import Unreadable, load

    file: Path = config.state_dir / FILE
    try:
        return load(file)
    except Unreadable as error:
        raise Misused(str(error), remedy=f"move {file} away, or refresh it") from None


def _provider(name: str) -> Provider:
    from modalities.resource import Provider

    try:
        return Provider(name)
    except ValueError:
        raise Misused(f"{name!r} is no cloud", remedy="--cloud aws or --cloud azure") from None


def _usd(value: float | None, places: int) -> str:
    return "unknown" if value is None else f"{value:.{places}f}"
