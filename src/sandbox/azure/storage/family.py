"""Microsoft.Storage: accounts, as far as the control plane goes."""

from __future__ import annotations

from sandbox.azure.contract import Family
from sandbox.azure.storage import accounts

STORAGE = Family("Microsoft.Storage", types=(accounts.ACCOUNT,), routes=accounts.ROUTES)
"""The namespace's containers, shares and queues are data, and not imitated."""
