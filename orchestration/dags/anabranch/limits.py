"""How long tasks wait, and waiting that has an end."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from airflow.exceptions import AirflowException

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long a task waits, in seconds."""

    between_polls: float = 2
    while_busy: float = 30 * 60
    """Other work of this kind goes on: so long until it must have ended."""
    while_away: float = 5 * 60
    """The platform does not answer: so long in a row. Its parts start again within a minute."""


class Limit:
    """Waits for something to pass, but not for ever."""

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._since: float | None = None

    def forget(self) -> None:
        self._since = None

    def wait(self, reason: Exception, seconds: float) -> None:
        now = time.monotonic()
        if self._since is None:
            self._since = now
            log.warning("Waiting, up to %.0f s: %s", self._seconds, reason)
        if now - self._since >= self._seconds:
            raise AirflowException(f"Gave up after {self._seconds:.0f} s: {reason}") from reason
        time.sleep(seconds)
