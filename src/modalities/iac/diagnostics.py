"""What Terraform says went wrong, as typed troubles: what kind of "no", and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modalities.aws.codes import trouble_of
from modalities.iac.gaps import is_gap
from modalities.receipt import CloudError, Trouble

LONGEST = 600
"""Characters of a message that are kept."""

STATUS = re.compile(r"(?:StatusCode|status code): (\d+)")
CODE = re.compile(r"(?:api error |RequestID: [\w-]*, )([\w.-]+): (.*)", re.DOTALL)
"""An error that the SDK has a type for stands there without ``api error``."""

PLAIN_CODE = re.compile(
    r"(?:^|[:\s])(?!StatusCode)((?:[A-Z][a-z]+){2,}(?:\.[A-Z][A-Za-z]+)?): (\S.*)", re.DOTALL
)
"""As older providers have it: ``Error launching source instance: VcpuLimitExceeded: You ...``"""

LOCKED = re.compile("acquiring the state lock|failed to lock .{0,40}state", re.IGNORECASE)
"""The second where a workspace is not there yet, and is to be made."""

WAITED = re.compile("timeout while waiting")
"""How a provider gives up on what it made or changed."""

LOCK = re.compile(r"^\s*(ID|Who|Created|Operation|Path):\s+(.*?)\s*$", re.MULTILINE)

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ON_LINE = re.compile(r"^\s*on (?P<file>\S+) line (?P<line>\d+)", re.MULTILINE)
AT_LINE = re.compile(r"at (?P<file>[\w./-]+\.tf):(?P<line>\d+)")
QUOTED = re.compile(r"^\s*(on \S+ line \d+.*:|\d+:.*)\n", re.MULTILINE)
"""The place, and the lines of code, that stand inside an error's text."""

FRAME = re.compile(r"^[ \t]*[│╷╵] ?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """``where`` is ``main.tf:12`` where it is about code, ``address`` where about a resource."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    where: str = ""

    @property
    def text(self) -> str:
        return f"{self.summary}\n{self.detail}"

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.summary, " ".join(self.detail.split())) if part)
        subject = self.where or self.address
        return (f"{subject}: {said}" if subject else said)[:LONGEST]


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds the state's lock, as Terraform says it."""

    id: str
    who: str
    created: str
    operation: str


def messages(stdout: str) -> Iterator[Mapping[str, Any]]:
    """The JSON lines of a ``-json`` command; what is none is passed over."""
    for line in stdout.splitlines():
        if line.startswith("{"):
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if isinstance(said, dict):
                yield said


def diagnostics(stdout: str, stderr: str = "") -> tuple[Diagnostic, ...]:
    """Errors and warnings, errors first; where there is no JSON, what was said as text."""
    found = [
        _diagnostic(said["diagnostic"])
        for said in messages(stdout)
        if said.get("type") == "diagnostic" and isinstance(said.get("diagnostic"), dict)
    ]
    if not any(each.severity == "error" for each in found):
        found += _as_text(stderr)
    return tuple(sorted(found, key=lambda each: each.severity != "error"))


def _diagnostic(said: Mapping[str, Any]) -> Diagnostic:
    place = said.get("range") or {}
    start = place.get("start", {}).get("line")
    where = f"{place['filename']}:{start}" if place.get("filename") else ""
    return Diagnostic(
        str(said.get("severity", "error")),
        str(said.get("summary", "")),
        str(said.get("detail", "")),
        str(said.get("address") or ""),
        where,
    )


def _as_text(stderr: str) -> list[Diagnostic]:
    plain = FRAME.sub("", COLOUR.sub("", stderr)).strip()
    parts = re.split(r"^Error: ", plain, flags=re.MULTILINE)[1:]
    return [_of_text(part.strip()) for part in parts]


def _of_text(part: str) -> Diagnostic:
    """One error as Terraform prints it for people: what, ``on FILE line N:`` with the lines that
    are meant, and why."""
    summary, _, detail = part.partition("\n")
    place = ON_LINE.search(detail) or AT_LINE.search(detail)
    where = f"{place['file']}:{place['line']}" if place else ""
    return Diagnostic("error", summary.strip(), QUOTED.sub("", detail).strip(), where=where)


def failure(
    stdout: str, stderr: str, *, sandbox: bool, sent: bool = False, command: str = "terraform"
) -> CloudError:
    """The first error that was said, and rather one that names a place in the code than one
    that sums up the others. ``sent``: the command may have changed something."""
    errors = [each for each in diagnostics(stdout, stderr) if each.severity == "error"]
    if not errors:
        said = " ".join(COLOUR.sub("", stderr or stdout).split())[:LONGEST]
        return CloudError(
            Trouble.UNAVAILABLE,
            "NotAnAnswer",
            f"{command} failed and does not say why" + (f": {said}" if said else ""),
            sent=sent,
            remedy="`cloudops doctor` says whether Terraform works",
        )
    first = min(errors, key=lambda each: (_rank(_classed(each, sandbox)[0]), not each.where))
    trouble, code, remedy = _classed(first, sandbox)
    return CloudError(trouble, code, str(first), sent=sent, remedy=remedy)


def held(stdout: str, stderr: str) -> Held | None:
    """Who holds the lock, where that is what was said."""
    for each in diagnostics(stdout, stderr):
        if LOCKED.search(each.text):
            said = {match[1]: match[2] for match in LOCK.finditer(each.text)}
            return Held(
                said.get("ID", ""),
                said.get("Who", ""),
                said.get("Created", ""),
                said.get("Operation", ""),
            )
    return None


def _rank(trouble: Trouble) -> int:
    """What could not be imitated is told last: another error is the reason to look into."""
    return 1 if trouble is Trouble.NOT_EMULATED else 0


def _classed(said: Diagnostic, sandbox: bool) -> tuple[Trouble, str, str]:
    """Class, code and remedy."""
    for pattern, trouble, code, remedy in SAID:
        if pattern.search(said.text):
            return trouble, code, remedy
    status, code, text, operation = _answered(said.text)
    if sandbox and _lacks_image(said, code):
        return Trouble.NOT_EMULATED, "NoSuchImage", "the sandbox has few of the public images"
    if sandbox and is_gap(status, code, text):
        return Trouble.NOT_EMULATED, code or "NotEmulated", "this works on a real target only"
    if WAITED.search(said.text):
        return Trouble.TIMEOUT, "WaitTimeout", "the same again goes on waiting"
    if status or code:
        trouble = trouble_of(code, text, status, operation)
        return trouble, code or f"HTTP{status}", REMEDIES.get(trouble, "")
    if said.where:
        return Trouble.INVALID, "InvalidConfiguration", f"look at {said.where}"
    return Trouble.INVALID, "TerraformError", ""


def _lacks_image(said: Diagnostic, code: str) -> bool:
    """Whether it is about an image of which the sandbox cannot say whether there is one."""
    searched = "data.aws_ami." in said.address and "returned no results" in said.text
    return searched or code == "InvalidAMIID.NotFound"


def _answered(text: str) -> tuple[int, str, str, str]:
    """Status, code, text and operation of AWS's answer, as the provider quotes it."""
    status, code = STATUS.search(text), CODE.search(text) or PLAIN_CODE.search(text)
    operation = re.search(r"operation error [^:]+: (\w+)", text)
    return (
        int(status[1]) if status else 0,
        code[1] if code else "",
        code[2] if code else text,
        operation[1] if operation else "",
    )


REMEDIES = {
    Trouble.AUTH: "sign in again, or name another profile for the target",
    Trouble.PERMISSION: "ask for this permission, or use another profile",
    Trouble.QUOTA: "delete what is not needed, or ask AWS for a higher quota (Service Quotas)",
    Trouble.CAPACITY: "use another zone or size; the same again does not help",
    Trouble.THROTTLED: "AWS limits how often it is called: try again in a minute",
    Trouble.UNAVAILABLE: "try again later; https://health.aws.amazon.com shows known outages",
    Trouble.DEPENDENCY: "remove what still uses it first",
}


def _said(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


SAID: tuple[tuple[re.Pattern[str], Trouble, str, str], ...] = (
    (
        LOCKED,
        Trouble.CONFLICT,
        "StateLocked",
        "wait until that run has ended; where nobody runs it, `terraform force-unlock ID`",
    ),
    (
        _said("saved plan is stale"),
        Trouble.CONFLICT,
        "PlanMoved",
        "make the plan again: the state has moved since",
    ),
    (
        _said(r"state file.{0,200}(could not be parsed|not.{0,20}valid|syntax error)"),
        Trouble.INVALID,
        "BrokenState",
        "it is cut short or damaged: put back terraform.tfstate.backup, or the last good copy",
    ),
    (
        _said(
            r"(state|snapshot).{0,200}(was created by|newer than|written by).{0,80}(newer|version)"
            r"|unsupported state file format|does not support .{0,40}state .{0,20}version"
        ),
        Trouble.INVALID,
        "NewerState",
        "use the Terraform that wrote the state, or a later one",
    ),
    (
        _said("no value for required variable"),
        Trouble.INVALID,
        "NoValue",
        "say it in terraform.tfvars, or in TF_VAR_ and the variable's name",
    ),
    (
        _said("previously-selected version|locked provider"),
        Trouble.INVALID,
        "UnknownProvider",
        "`terraform init -upgrade` there takes a version that can be had, and notes it in "
        ".terraform.lock.hcl",
    ),
    (
        _said(
            "failed to install provider|registry.{0,40}(unreachable|failed)|could not connect to "
            "registry|could not query provider registry.{0,200}(request failed|canceled|deadline)"
        ),
        Trouble.UNAVAILABLE,
        "NoProvider",
        "a network is needed once, or a mirror of providers (CLOUDOPS_TERRAFORM_MIRROR)",
    ),
    (
        _said("failed to (query available|resolve) provider|no available releases match"),
        Trouble.INVALID,
        "UnknownProvider",
        "check the provider's name and version; with a network, the registry has more of them",
    ),
    (
        _said("no valid credential sources|failed to refresh cached credentials|ExpiredToken"),
        Trouble.AUTH,
        "NoCredentials",
        "sign in (`aws sso login`), or name a profile for the target",
    ),
    (
        _said("proxyconnect|connection refused|no such host|dial tcp|context deadline exceeded"),
        Trouble.UNAVAILABLE,
        "NoConnection",
        "check endpoint_url and the network: is anything listening there?",
    ),
    (
        _said("provider produced (inconsistent|an unexpected new value)"),
        Trouble.CONFLICT,
        "ProviderInconsistent",
        "a fault of the provider's: the same again often does, another version may",
    ),
    (
        _said("cannot import non-existent|while attempting to import|non-existent remote object"),
        Trouble.NOT_FOUND,
        "NothingToImport",
        "what is to be taken over is gone: make the plan again",
    ),
    (
        _said("resource already managed by terraform"),
        Trouble.CONFLICT,
        "AlreadyManaged",
        "it is in the code under another address",
    ),
    (
        _said("module not installed|required plugins are not installed|dependency lock file"),
        Trouble.INVALID,
        "NotInitialised",
        "run `terraform init` in the directory",
    ),
    (
        _said("backend initialization required|backend configuration changed"),
        Trouble.INVALID,
        "BackendMoved",
        "run `terraform init` in the directory: where its state is kept has changed",
    ),
)
