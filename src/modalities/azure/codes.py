"""Azure's error codes by class. A code alone misleads at times, so text and status help.

Sources: "Troubleshoot common Azure deployment errors" and the pages it leads to, the error codes
of Microsoft.Compute and Microsoft.Network, and texts from public threads. The order of the
tests matters: ``OperationNotAllowed`` is a quota, something that is in use, or neither.
"""

from __future__ import annotations

import re

from modalities.receipt import Trouble

THROTTLE = re.compile(r"Throttl|TooManyRequests|RequestRateTooLarge|^429$")
AUTH = re.compile(
    r"^(Invalid|Expired|Missing)AuthenticationToken|AuthenticationFailed|InvalidAuthentication"
    r"|CredentialUnavailable|^AADSTS|^invalid_client|^401$"
)
PERMISSION = re.compile(
    r"AuthorizationFailed|AuthorizationPermissionMismatch|RequestDisallowedBy|Forbidden"
    r"|ReadOnlyDisabledSubscription|DisallowedOperation|^403$"
)
PERMISSION_TEXT = re.compile(r"does not have (authorization|permission) to perform")
LOCKED = re.compile(r"ScopeLocked")
MOVED = re.compile(r"PreconditionFailed|^412$")
CAPACITY = re.compile(
    r"SkuNotAvailable|AllocationFailed|OverconstrainedAllocation|OverconstrainedZonalAllocation"
    r"|NotAvailableForSubscription|SpotCapacity|InsufficientCapacity"
)
CAPACITY_TEXT = re.compile(r"do not have sufficient capacity|not enough capacity", re.IGNORECASE)
QUOTA = re.compile(
    r"Quota|CountLimit|LimitReached|LimitExceeded|MaxStorageAccountsCount|ExceededLimit"
)
QUOTA_TEXT = re.compile(r"exceed\w* approved|exceed\w* (the )?quota|quota limit", re.IGNORECASE)
NOT_FOUND = re.compile(r"NotFound$|^ResourceGroupNotFound|^404$|DoesNotExist$")
IN_USE = re.compile(r"InUse|CannotBeDeleted|AttachedTo|StillAttached|ResourceNotEmpty|HasChildren")
IN_USE_TEXT = re.compile(
    r"is attached to VM|is being used by|still in use|is in use|in use by|cannot be deleted since",
    re.IGNORECASE,
)
CONFLICT = re.compile(
    r"AnotherOperationInProgress|OperationPreempted|Retryable|PreconditionFailed|BeingDeleted"
    r"|^Conflict$|ResourceGroupBeingDeleted|ConcurrentUpdate|DeploymentActive|StillProvisioning"
    r"|ReferencedResourceNotProvisioned|^412$"
)
CONFLICT_TEXT = re.compile(r"already exists|another operation is in progress", re.IGNORECASE)
INVALID = re.compile(r"PropertyChangeNotAllowed|^Invalid|BadRequest|NotSupported|^Missing")
UNAVAILABLE = re.compile(r"Internal|ServiceUnavailable|ServerTimeout|GatewayTimeout|^5\d\d$")
TIMEOUT = re.compile(r"^OperationTimedOut|^ClientTimeout")

GONE = NOT_FOUND


def trouble_of(code: str, text: str, status: int) -> Trouble:
    """``status`` is that of HTTP; that of a poll is 200 whatever came of the operation."""
    if code == "NotEmulated":
        return Trouble.NOT_EMULATED
    if status == 429 or THROTTLE.search(code):
        return Trouble.THROTTLED
    if status == 401 or AUTH.search(code):
        return Trouble.AUTH
    for trouble, codes, texts in _TESTS:
        if codes.search(code) or (texts is not None and texts.search(text)):
            return trouble
    return _by_status(status)


_TESTS: tuple[tuple[Trouble, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (Trouble.CONFLICT, LOCKED, None),
    (Trouble.PERMISSION, PERMISSION, PERMISSION_TEXT),
    (Trouble.CAPACITY, CAPACITY, CAPACITY_TEXT),
    (Trouble.QUOTA, QUOTA, QUOTA_TEXT),
    (Trouble.DEPENDENCY, IN_USE, IN_USE_TEXT),
    (Trouble.CONFLICT, CONFLICT, CONFLICT_TEXT),
    (Trouble.NOT_FOUND, NOT_FOUND, None),
    (Trouble.INVALID, INVALID, None),
    (Trouble.TIMEOUT, TIMEOUT, None),
    (Trouble.UNAVAILABLE, UNAVAILABLE, None),
)


def _by_status(status: int) -> Trouble:
    match status:
        case 403:
            return Trouble.PERMISSION
        case 404:
            return Trouble.NOT_FOUND
        case 409 | 412:
            return Trouble.CONFLICT
        case 408:
            return Trouble.TIMEOUT
        case _ if status >= 500:
            return Trouble.UNAVAILABLE
    return Trouble.INVALID
