"""A long-running operation, followed to its end in the time that a call has.

The vendor's poller follows it; here it is only given its time, and runs in the thread of the
caller. Only imported where something is sent.
"""

from __future__ import annotations

from typing import Any

from azure.core.polling import PollingMethod
from azure.mgmt.core.polling.arm_polling import ARMPolling

from modalities.azure.pipeline import Deadline, limits
from modalities.receipt import CloudError, Trouble

PAUSE = 2.0
"""Seconds between two looks where the service does not say (the SDK's own default is 30)."""

ONE_LOOK = 30.0


class Begun(PollingMethod[Any]):
    """Takes what the SDK hands to a poller, and does not poll."""

    client: Any = None
    response: Any = None

    def initialize(self, client: Any, initial_response: Any, deserialization_callback: Any) -> None:  # noqa: ARG002 - as the SDK calls it
        self.client = client
        self.response = initial_response

    def run(self) -> None:
        """Nothing: see :func:`followed`."""

    def status(self) -> str:
        return "Succeeded"

    def finished(self) -> bool:
        return True

    def resource(self) -> Any:
        return None


class Within(ARMPolling):
    """The vendor's, with an end. Raises CloudError where that comes first."""

    def __init__(self, deadline: Deadline, endpoint: str) -> None:
        of_a_look = limits(ONE_LOOK)
        del of_a_look["timeout"]  # ARMPolling's own word for the pause
        super().__init__(timeout=PAUSE, path_format_arguments={"endpoint": endpoint}, **of_a_look)
        self._deadline = deadline

    def _sleep(self, delay: float) -> None:
        left = self._deadline.left
        if left <= 0:
            raise CloudError(
                Trouble.TIMEOUT,
                "NotOverInTime",
                "the operation was accepted and was not over when the time was",
                remedy="it goes on at Azure: look again in a while",
            )
        super()._sleep(min(delay, left))


def followed(begun: Begun, deadline: Deadline, endpoint: str) -> Any:
    """The answer at the end, as JSON; None where there is none. Raises CloudError, AzureError."""
    poller = Within(deadline, endpoint)
    poller.initialize(begun.client, begun.response, _json)
    poller.run()
    return poller.resource()


def _json(response: Any) -> Any:
    http = response.http_response
    return http.json() if http.content else None
