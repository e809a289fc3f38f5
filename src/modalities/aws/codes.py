"""AWS error codes by class. A code alone misleads at times, so text and status help.

Sources: botocore's retry table, EC2's list of error codes, and texts from public threads.
The order of the tests matters: ``RequestLimitExceeded`` is a throttle and no quota.
"""

from __future__ import annotations

import re

from modalities.receipt import Trouble

THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
THROTTLE_TEXT = re.compile(r"rate exceeded|request rate|too many requests|throttl", re.IGNORECASE)

AUTH = re.compile(
    r"ExpiredToken|RequestExpired|RequestTimeTooSkewed|InvalidClientTokenId|AuthFailure"
    r"|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|MissingAuthenticationToken"
    r"|IncompleteSignature|InvalidSignature|InvalidToken$|TokenRefreshRequired|InvalidSecurity$"
)
PERMISSION = re.compile(
    r"^Unauthorized|AccessDenied|AccessDisabled|NotAuthorized|AuthorizationError"
    r"|OptInRequired|^Forbidden|^403$|AuthorizationFailed"
)
PERMISSION_TEXT = re.compile(r"is not authorized to perform|[Nn]ot authorized for")
SETTLING_TEXT = re.compile(
    r"cannot be assumed by|execution role does not have permissions|principal was invalid"
)
"""Roles and permissions made a moment ago that another service does not see yet."""

CAPACITY = re.compile(r"Insufficient\w*Capacity|^InsufficientFreeAddresses|^SpotMaxPriceTooLow")
CAPACITY_TEXT = re.compile(r"do not have sufficient \S+ capacity")
QUOTA = re.compile(
    r"LimitExceeded|QuotaExceeded|CountExceeded|^TooMany|^MaxSpot|^Max\w+Exceeded|LimitReached"
)
QUOTA_TEXT = re.compile(r"than your current \w+ (capacity )?limit|maximum number of \w+ has been")
GONE = re.compile(r"NotFound|^NoSuch|DoesNotExist|^404$|\.Unavailable$|NonExistent")
IN_USE = re.compile(r"InUse|DependencyViolation|DeleteConflict|NotEmpty|HasAssociat|DependentRes")
CONFLICT = re.compile(
    r"Exists|Duplicate|Conflict|Incorrect\w*State|Invalid\w*State|IdempotentParameterMismatch"
    r"|AlreadyAssociated|AlreadyOwned|OperationAborted|OperationNotPermitted|AlreadyAttached"
    r"|ResourceInProgress|NotAttached|ConcurrentModification|^409$"
)
OUTAGES = ("Internal", "Service", "RequestTimeout", "Unavailable")
REMOVALS = ("Delete", "Terminate", "Detach", "Release", "Deregister", "Disassociate", "Remove")


def trouble_of(code: str, text: str, status: int, operation: str) -> Trouble:
    """The class of an error that AWS answered with. ``status`` is the HTTP status or 0."""
    if code in ("NotEmulated", "NotImplementedError"):
        return Trouble.NOT_EMULATED
    if code in THROTTLES or status == 429 or THROTTLE_TEXT.search(text):
        return Trouble.THROTTLED
    if PERMISSION.search(code) or PERMISSION_TEXT.search(text):
        return Trouble.PERMISSION
    if AUTH.search(code):
        return Trouble.AUTH
    if CAPACITY.search(code) or CAPACITY_TEXT.search(text):
        return Trouble.CAPACITY
    if QUOTA.search(code) or QUOTA_TEXT.search(text):
        return Trouble.QUOTA
    if GONE.search(code):
        return Trouble.NOT_FOUND
    if IN_USE.search(code):
        return Trouble.DEPENDENCY if _removes(code, operation) else Trouble.CONFLICT
    if CONFLICT.search(code):
        return Trouble.CONFLICT
    if SETTLING_TEXT.search(text):
        return Trouble.CONFLICT
    if status >= 500 or code.startswith(OUTAGES):
        return Trouble.UNAVAILABLE
    return Trouble.CONFLICT if status == 409 else Trouble.INVALID


def _removes(code: str, operation: str) -> bool:
    """ "In use" hinders a removal, for which waiting helps; for all else it is a conflict."""
    return operation.startswith(REMOVALS) or code.endswith(
        ("DependencyViolation", "NotEmpty", "DeleteConflict")
    )
