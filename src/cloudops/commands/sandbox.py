"""cloudops sandbox: the emulated cloud on this machine."""

from __future__ import annotations

import difflib
import shlex
from typing import Annotated, Any

import typer

from cloudops.commands.opening import configured, explained
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import Misused

app = typer.Typer(
    no_args_is_help=True, help="The emulated cloud on this machine, where nothing is real."
)


CLOUDS = ("aws", "azure")

Cloud = Annotated[
    str | None,
    typer.Option("--cloud", metavar="aws|azure", help="Which cloud [aws].", show_default=False),
]


def _sandbox(config: Any, cloud: str | None = None) -> Any:
    """Raises Misused where there is no such cloud."""
    home = config.state_dir / "sandbox"
    if _cloud(cloud) == "azure":
        from sandbox.azure.daemon import AzureSandbox, home_of

        return AzureSandbox(home_of(home))
    from sandbox.daemon import Sandbox

    return Sandbox(home)


def _cloud(name: str | None) -> str:
    wanted = (name or "aws").casefold()
    if wanted not in CLOUDS:
        raise Misused(f"there is no cloud {name!r}", detail="there are: aws, azure")
    return wanted


def _up(config: Any, port: int | None = None, cloud: str | None = None) -> Any:
    status, started = _sandbox(config, cloud).up(port)
    if started and _cloud(cloud) == "aws":
        _emptied(config)
    return status, started


def _emptied(config: Any) -> None:
    """Nothing is left of what Terraform may have kept of it."""
    if (config.state_dir / "iac").exists():
        from cloudops.app import emptied

        emptied(config, config.target("sandbox"))


@command(
    app,
    "up",
    examples=(
        "cloudops sandbox up",
        "cloudops sandbox up --port 5000",
        "cloudops sandbox up --cloud azure",
    ),
)
def up(
    common: Common,
    cloud: Cloud = None,
    port: Annotated[
        int | None, typer.Option("--port", help="The port to listen on [default: any free one].")
    ] = None,
) -> None:
    """Start it, or say that it runs already. It listens on loopback only."""
    config = configured(common)
    voice = Voice(config)
    with explained():
        status, started = _up(config, port, cloud)
    verb = "started" if started else "running already"
    if started and status.lost:
        voice.aside(f"cloudops: {status.lost}")
    azure = _cloud(cloud) == "azure"
    voice.say(
        {"started": started, "status": _status(status)},
        f"{'Azure ' if azure else ''}sandbox {verb}: {status.endpoint} (process {status.pid})",
        f"use it with any {'Azure' if azure else 'AWS'} client: "
        f'eval "$(cloudops sandbox env{" --cloud azure" if azure else ""})"',
    )


@command(app, "down")
def down(common: Common) -> None:
    """End it, with all that it holds, every copy and every console; that of Azure, too."""
    from sandbox.console.daemon import down_all

    config = configured(common)
    with explained():
        sandbox, azure = _sandbox(config), _sandbox(config, "azure")
        down_all(sandbox.home)
        lost = sandbox.lost() or azure.lost()
        ended = any([sandbox.down(), azure.down()])
    told = "sandbox ended" if ended else "the sandbox was not running"
    Voice(config).say({"ended": ended, "lost": _lost(lost)}, f"{told}: {lost}" if lost else told)


@command(app, "status")
def status(common: Common) -> None:
    """Is it running, where, since when, and how much does it hold? Of Azure, too."""
    config = configured(common)
    with explained():
        sandbox, azure = _sandbox(config), _sandbox(config, "azure")
        found, lost, other = sandbox.status(), sandbox.lost(), azure.status()
    voice = Voice(config)
    beside = {"azure": _status(other)} if other else {}
    if found is None:
        told = [] if lost is None else [str(lost)]
        told.append("the sandbox is not running: cloudops sandbox up starts it")
        told += _running(other, "Azure: ") if other else []
        voice.say({"status": None, "lost": _lost(lost), **beside}, *told)
        return
    told = _running(found) + (_running(other, "Azure: ") if other else [])
    voice.say({"status": _status(found), **beside}, *told)


def _running(found: Any, title: str = "") -> list[str]:
    holds = "it does not answer" if found.resources is None else f"{found.resources} resources"
    return [
        f"{title}running at {found.endpoint} (process {found.pid}) since "
        f"{found.since.astimezone():%Y-%m-%d %H:%M:%S}; {holds}",
        f"log: {found.log}",
        *([f"it took the place of another: {found.lost}"] if found.lost else []),
    ]


@command(
    app,
    "env",
    examples=(
        'eval "$(cloudops sandbox env)"      then: aws ec2 describe-instances',
        "cloudops sandbox env -o json",
        'eval "$(cloudops sandbox env --cloud azure)"      then: az vm list',
    ),
)
def env(common: Common, cloud: Cloud = None) -> None:
    """Print what another tool needs to talk to it: boto3, aws, az, terraform.

    Starts the sandbox where it is not running. Also unsets what would lead a tool elsewhere.
    """
    config = configured(common)
    voice = Voice(config)
    with explained():
        sandbox = _sandbox(config, cloud)
        status, started = _up(config, cloud=cloud)
        azure = _cloud(cloud) == "azure"
        region = () if azure else (config.target("sandbox").region,)
        variables, unset = sandbox.environment(*region), _unset(azure)
    if started:
        voice.aside(_started(status))
    voice.say(
        {"environment": variables, "unset": list(unset)},
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
        f"unset {' '.join(name for name in unset if name not in variables)}",
    )


def _unset(azure: bool) -> tuple[str, ...]:
    if azure:
        from sandbox.azure import daemon

        return daemon.UNSET
    from sandbox.daemon import UNSET

    return UNSET


@command(app, "reset")
def reset(common: Common, cloud: Cloud = None) -> None:
    """Forget everything it holds; it goes on running."""
    config = configured(common)
    with explained():
        sandbox = _sandbox(config, cloud)
        running = sandbox.status() is not None
        sandbox.reset()
        if _cloud(cloud) == "aws":
            _emptied(config)
    Voice(config).say(
        {"reset": running}, "the sandbox is empty" if running else "the sandbox was not running"
    )


@command(
    app,
    "console",
    examples=(
        "cloudops sandbox console",
        "cloudops sandbox console --without survey --without paging",
        "cloudops sandbox console --target azure-sandbox",
        "cloudops sandbox console --end",
    ),
)
def console(
    common: Common,
    port: Annotated[
        int | None, typer.Option("--port", help="The port to listen on [default: any free one].")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="HAZARD",
            help="Leave a hazard of real portals out; `all` leaves out every one. May be repeated.",
        ),
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="End it.")] = False,
) -> None:
    """Open a web console over it, AWS-like, with sign-in; prints address, user and password.

    Starts the sandbox where it is not running. Shows what the cloud's API says and does what
    it allows. With --target, over another emulated cloud on this machine; over one of Azure it
    is like Azure's portal.
    """
    from sandbox.console.daemon import Console, down, home_of
    from sandbox.console.settings import Settings

    config = configured(common)
    voice = Voice(config)
    name = common.target or "sandbox"
    target = config.target(name)
    settings = Settings(hazards=_hazards(without)) if without else None
    with explained():
        sandbox = _sandbox(config)
        home = home_of(sandbox.home, name)
        if end:
            ended = down(home)
            told = "console ended" if ended else "the console was not running"
            voice.say({"ended": ended}, told)
            return
        if target.realm == "sandbox" and target.endpoint_url is None:
            cloud = str(target.provider)
            status, started = _up(config, cloud=cloud)
            if started:
                voice.aside(_started(status))
            target = _sandbox(config, cloud).target(name, target.region, *_group(target))
        opened = Console(home, target, settings).up(port)
    voice.say(
        {
            "console": {
                "url": opened.url,
                "user": opened.user,
                "password": opened.password,
                "pid": opened.pid,
                "port": opened.port,
                "since": opened.since.isoformat(),
                "log": str(opened.log),
            }
        },
        f"console over {name}: {opened.url} (process {opened.pid})",
        f"user      {opened.user}",
        f"password  {opened.password}",
    )


def _group(target: Any) -> tuple[str, ...]:
    return (target.resource_group,) if target.resource_group else ()


def _hazards(without: list[str]) -> Any:
    """All but those. Raises Misused, naming the nearest."""
    from sandbox.console.hazards import Hazards

    if "all" in without:
        return Hazards.none()
    for name in without:
        if name not in Hazards.names():
            near = difflib.get_close_matches(name, Hazards.names(), 1, 0.5)
            raise Misused(
                f"there is no hazard {name!r}",
                detail=f"there are: all, {', '.join(Hazards.names())}",
                remedy=f"did you mean {near[0]}?" if near else "",
            )
    return Hazards(**dict.fromkeys(without, False))


def _started(status: Any) -> str:
    lost = f"{status.lost}; " if status.lost else ""
    return f"cloudops: {lost}started the sandbox"


def _lost(lost: Any) -> dict[str, Any] | None:
    if lost is None:
        return None
    return {"pid": lost.pid, "since": lost.since.isoformat(), "noticed": lost.noticed.isoformat()}


def _status(status: Any) -> dict[str, Any]:
    return {
        "pid": status.pid,
        "port": status.port,
        "endpoint": status.endpoint,
        "since": status.since.isoformat(),
        "log": str(status.log),
        "resources": status.resources,
        "lost": _lost(status.lost),
    }
