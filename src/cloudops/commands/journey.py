"""What the verbs of the journey share: the request, the options, and showing the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudops.commands.ending import silence
from cloudops.errors import Denied

if TYPE_CHECKING:
    from cloudops.commands.options import Preview
    from cloudops.commands.voice import Voice
    from cloudops.config import Config
    from cloudops.engine.report import Options, Report
    from cloudops.request import Request

PENDING = 2
"""The exit code of ``--detailed-exitcode`` where a plan would change something."""


def request_of(text: str, config: Config, target: str | None = None) -> Request:
    """The request; on the configured target where none is named."""
    from cloudops.engine.holder import actor
    from cloudops.request import Constraints, Request
    from modalities.resource import Provider

    modality = config["modality"]
    return Request(
        text=text,
        target=target or config["target"],
        actor=actor(),
        cloud=Provider(config["cloud"]) if config["cloud"] else None,
        constraints=Constraints(
            budget=config["budget"],
            deadline=config["timeout"],
            modality=None if modality == "auto" else modality,
            read_only=config["read_only"],
        ),
    )


def options_of(config: Config, preview: Preview | None = None) -> Options:
    from cloudops.engine.report import Options, Risk

    return Options(
        yes=config["yes"],
        max_risk=Risk(config["max_risk"]),
        dry_run=bool(preview and preview.dry_run),
        lock_timeout=config["lock_timeout"],
        timeout=config["timeout"],
    )


def require_writing(config: Config) -> None:
    """Raises Denied where nothing may be changed: for verbs that do nothing else."""
    if config["read_only"]:
        origin = config.values["read_only"].origin
        raise Denied("this would change things, and read-only is set", detail=f"set by {origin}")


def shown(report: Report, voice: Voice, preview: Preview | None = None) -> int:
    """Show what a run came to and return its exit code."""
    try:
        voice.report(report)
    except BrokenPipeError:
        silence()
    pending = report.outcome == "planned" and report.plan is not None and report.plan.steps
    if preview is not None and preview.detailed_exitcode and pending and report.exit_code == 0:
        return PENDING
    return report.exit_code
