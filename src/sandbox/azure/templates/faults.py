"""What is wrong with a template, as Resource Manager words it.

Wordings stand in public issue threads and on
https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a template: ``("resources", 0, "name")``."""

INVALID = "InvalidTemplate"
SYNTAX_HELP = "Please see https://aka.ms/arm-template-expressions for usage details."
FUNCTION_HELP = "Please see https://aka.ms/arm-functions for usage details."
RESOURCE_HELP = "Please see https://aka.ms/arm-syntax-resources for usage details."
PARAMETER_HELP = "Please see https://aka.ms/arm-create-parameter-file for usage details."


class ExpressionFault(Exception):
    """An expression cannot be evaluated; the text is the innermost sentence of ARM's message.

    ``path`` is where the expression stands, filled in by whoever walks the template.
    """

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class NeedsRuntime(ExpressionFault):
    """reference() or list*() was met where nothing is deployed yet."""


class TemplateFault(Exception):
    """A template is refused: ``code`` and ``message`` are as ARM sends them, ``path`` leads into
    the template."""

    def __init__(
        self,
        message: str,
        path: Path = (),
        *,
        code: str = INVALID,
        details: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path
        self.details = tuple(details)


def written(path: Path) -> str:
    """``resources[0].name``, as ARM's additional information has it."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def refused(sentence: str, path: Path = ()) -> TemplateFault:
    """A fault found before anything is deployed."""
    return TemplateFault(f"Deployment template validation failed: '{sentence}'.", path)


def unparsable(sentence: str, path: Path = ()) -> TemplateFault:
    """An expression that is no expression."""
    return TemplateFault(
        f"Deployment template language expression evaluation failed: '{sentence}'. {SYNTAX_HELP}",
        path,
    )
