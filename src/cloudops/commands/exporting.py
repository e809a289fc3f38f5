"""What a target holds, written into a directory as code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cloudops.commands.opening import configured, explained, opened
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Misused

if TYPE_CHECKING:
    from cloudops.commands.options import Common
    from cloudops.config import Config
    from modalities.contract import Exported

CODE = ("*.tf", "*.tf.json", "*.tofu")


def exported(common: Common, directory: Path, plan: Path | None) -> int:
    """The exit code. Raises Misused where code is there already."""
    config = configured(common)
    voice = Voice(config)
    _require_free(directory)
    if plan is None:
        _require_azure(config)
        with opened(config, voice) as app:
            target, found = app.target.name, app.export()
    else:
        target, found = _planned(config, common, plan)
    _write(directory, found)
    data = {
        "target": target,
        "directory": str(directory),
        "files": sorted(found.files),
        "imports": dict(found.imports),
        "left_out": dict(found.left_out),
        "unsaid": list(found.unsaid),
        "checked": list(found.checked),
    }
    voice.say(data, *_lines(directory, found))
    return CannotEvaluate.exit_code if found.left_out else 0


def _require_azure(config: Config) -> None:
    from cloudops.beside import names
    from modalities.resource import Provider

    named = names(config["target"])
    if len(named) > 1 or config.target(named[0]).provider is not Provider.AZURE:
        raise Misused(
            f"only what one target on Azure holds is written as code, not {config['target']}",
            remedy="name one with --target; on AWS what cloudops makes by Terraform has its code",
        )


def _planned(config: Config, common: Common, file: Path) -> tuple[str, Exported]:
    from cloudops import planfile
    from cloudops.app import as_code

    plan = planfile.load(file)
    if common.target not in (None, plan.target):
        raise Misused(
            f"this plan is for target {plan.target}, not {common.target}",
            remedy="leave --target out, or make another plan",
        )
    with explained():
        return plan.target, as_code(plan, config)


def _require_free(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise Misused(f"{directory} is no directory", remedy="name another with --dir")
    if any(path for ending in CODE for path in directory.glob(ending)):
        raise Misused(
            f"there is code in {directory} already, and none is written over",
            remedy="name another directory with --dir",
        )


def _write(directory: Path, found: Exported) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in found.files.items():
            with (directory / name).open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise Misused(f"{directory} cannot be written: {error}") from error


def _lines(directory: Path, found: Exported) -> list[str]:
    files = ", ".join(sorted(found.files))
    if found.imports:
        follows = "`terraform apply` there takes over what is imported"
    else:
        follows = "`terraform apply` there makes it, or `cloudops apply` does: not both"
    return [
        f"Terraform code in {directory}: {files}",
        *(f"left out: {name}: {why}" for name, why in found.left_out.items()),
        *(f"not in the code: {line}" for line in found.unsaid),
        *found.checked,
        f"nothing was changed in the cloud; {follows}",
    ]
