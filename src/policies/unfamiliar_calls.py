"""Operations that the other policies know nothing of: what is certainly too much for them is
denied, and of all else it is said that nobody here knows what it means.

Only steps on things that no kind names (Kind.OTHER) are judged: what has a kind is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.resource import Kind
from modalities.step import Effect, Step
from modalities.target import Realm
from policies.azure_calls import AzureCall, azure_of
from policies.azure_guards import guards_or_buys, opens
from policies.finding import Finding, Severity
from policies.subject import Subject

ID = "unfamiliar-calls"

FAMILIAR = frozenset({"ec2", "elbv2", "s3"})
"""Services whose calls the other policies read."""

WHOLE_ACCOUNT = frozenset(
    {
        "account", "artifact", "bcm-data-exports", "billing", "billingconductor", "budgets", "ce",
        "controltower", "cur", "freetier", "invoicing", "marketplace-agreement",
        "marketplace-catalog", "organizations", "partnercentral-selling", "payments",
        "route53domains", "savingsplans", "sso-admin", "support", "tax", "taxsettings",
    }
)  # fmt: skip
"""Services that speak for a whole account or organization, or that spend money for years."""

PURCHASE = re.compile(r"(Purchase|AcceptReserved|Subscribe$|CreateSavingsPlan|CreateCapacity)")

GUARDED: Mapping[str, re.Pattern[str]] = {
    "iam": re.compile(
        r"(Attach|Put)\w*Policy|CreatePolicyVersion|SetDefaultPolicyVersion|UpdateAssumeRolePolicy"
        r"|AddUserToGroup|AddRoleToInstanceProfile|\w*PermissionsBoundary|\w*LoginProfile"
        r"|\w*AccessKey\w*|\w*MFADevice\w*|\w*(SAML|OpenIDConnect)Provider\w*|\w*AccountAlias"
        r"|\w*PasswordPolicy|\w*SSHPublicKey|\w*SigningCertificate|\w*ServiceSpecificCredential"
        r"|\w*OrganizationsRoot\w*|CreatePolicy|ChangePassword|UploadServerCertificate"
    ),
    "kms": re.compile(
        r"ScheduleKeyDeletion|DisableKey|Delete\w+|PutKeyPolicy|CreateGrant|\w*KeyMaterial"
        r"|ReplicateKey|UpdatePrimaryRegion"
    ),
    "cloudtrail": re.compile(r"(Delete|Stop|Update|Put|Deregister)\w*"),
    "config": re.compile(r"(Delete|Stop)\w*"),
    "guardduty": re.compile(r"(Delete|Update|Disassociate|Stop|Archive)\w*"),
    "securityhub": re.compile(r"(Delete|Disable|Disassociate)\w*"),
    "lambda": re.compile(r"Add\w*Permission|CreateFunctionUrlConfig|UpdateFunctionUrlConfig"),
    "sts": re.compile(r".*"),
}
"""Calls that give somebody a right, or take away what watches or unlocks all else, by service."""

ANYBODY = re.compile(r'"(Principal|AWS)"\s*:\s*(\[\s*)?"\*"')
PUBLIC = frozenset({"public-read", "public-read-write", "authenticated-read", "website"})


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY for what is guarded, or opens something to anybody; else, for each service that no
    policy knows, WARN in production, where it then needs a person, and INFO in the sandbox."""
    if subject.plan.undoes:
        return
    told: set[str] = set()
    for step in subject.plan.steps:
        call = step.action
        if not _concerned(step) or not isinstance(call, SdkCall):
            continue
        azure = azure_of(call)
        why = _too_much(call) if azure is None else _too_much_on_azure(azure, step)
        service = call.service if azure is None else f"{call.service} {azure.group}".strip()
        if why:
            remedy = "do it with the vendor's own tools, by somebody who may decide it"
            yield Finding(ID, Severity.DENY, f"{call} {why}", step.id, remedy)
        elif service not in FAMILIAR and service not in told:
            told.add(service)
            yield _unknown(service, step, subject.realm)


def _concerned(step: Step) -> bool:
    others = any(ref.kind is Kind.OTHER for ref in step.changes)
    return others and step.effect is not Effect.READ


def _too_much(call: SdkCall) -> str:
    if call.service in WHOLE_ACCOUNT:
        return "is about the whole account, or money"
    if PURCHASE.match(call.operation):
        return "buys something"
    guarded = GUARDED.get(call.service)
    if guarded is not None and guarded.fullmatch(call.operation):
        return "gives somebody a right, or ends what guards the account"
    if any(_open_to_all(name, value) for name, value in call.parameters.items()):
        return "would open something to anybody"
    return ""


def _too_much_on_azure(call: AzureCall, step: Step) -> str:
    why = guards_or_buys(call, made=step.effect is Effect.CREATE)
    return why or ("would open something to anybody" if opens(call.body) else "")


def _open_to_all(name: str, value: Any) -> bool:
    """In texts that hold a document, and in what is said as an object."""
    if isinstance(value, str):
        everybody = value == "*" and name in ("Principal", "AWS")
        public = name.casefold().endswith("acl") and value in PUBLIC
        return everybody or public or bool(ANYBODY.search(value))
    if isinstance(value, Mapping):
        return any(_open_to_all(str(key), each) for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return any(_open_to_all(name, each) for each in value)
    return False


def _unknown(service: str, step: Step, realm: Realm) -> Finding:
    severe = realm is Realm.PRODUCTION
    return Finding(
        ID,
        Severity.WARN if severe else Severity.INFO,
        f"no policy knows the service {service}: only what holds of every call was judged",
        step.id,
        "look at the call itself before saying yes" if severe else "",
    )
