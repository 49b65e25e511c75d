"""Work that the platform does and a task waits for.

Such work has a collection (``POST`` starts it with an id of the caller's), a resource that shows its state, and a cancel.
Batch runs are of this form; whatever else the platform does on demand can be followed the same way.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.exceptions import AirflowException, AirflowFailException, AirflowTaskTimeout

from anabranch.limits import Limit, Patience
from anabranch.platform import Away, Platform, Refused

log = logging.getLogger(__name__)


class Killed(BaseException):
    """A SIGTERM: Airflow ends this try, because it was marked, cleared or lost."""


def follow(platform: Platform, collection: str, run_id: str, patience: Patience = Patience(), query: str = "") -> dict:
    """Starts the work with this id, or joins it where it goes on or has ended, and returns it once it succeeded.

    The id is the same on each try, so that a try after a lost answer, a crash or a failure goes on with the same work and never
    begins another. A query goes with the request that starts it. Work that this try leaves because it is killed or out of time is cancelled; the next try resumes it.

    Raises AirflowException where another try may help, AirflowFailException where it cannot.
    """
    url = platform.url(collection, run_id)
    with _sigterm_raises():
        try:
            status, work = _start(platform, platform.url(collection) + query, run_id, patience)
            log.info("%s: %s", url, "started" if status == 202 else "there already, " + work["state"])
            is_ours = status == 202
            return _ended(url, _poll(platform, url, work, patience), is_ours)
        except (Killed, AirflowTaskTimeout) as end:
            _cancel(platform, url, end)
            raise


def _start(platform: Platform, url: str, run_id: str, patience: Patience) -> tuple[int, dict]:
    busy, away = Limit(patience.while_busy), Limit(patience.while_away)
    while True:
        try:
            return platform.post(url, {"run_id": run_id})
        except Refused as refused:
            if refused.status != 409:
                raise failure(refused) from None
            away.forget()
            busy.wait(refused, patience.between_polls)
        except Away as absence:
            away.wait(absence, patience.between_polls)


def _poll(platform: Platform, url: str, work: dict, patience: Patience) -> dict:
    away = Limit(patience.while_away)
    while work["state"] == "running":
        time.sleep(patience.between_polls)
        try:
            work = platform.get(url)[1]
            away.forget()
        except Refused as refused:
            raise failure(refused) from None
        except Away as absence:
            away.wait(absence, 0)
    return work


def failure(refused: Refused) -> AirflowException:
    """What is wrong with the request will be so in the next try; what is wrong with the platform may not."""
    return AirflowFailException(str(refused)) if refused.status < 500 else AirflowException(str(refused))


def _ended(url: str, work: dict, is_ours: bool) -> dict:
    if work["state"] == "succeeded":
        log.info("%s: succeeded: %s", url, work)
        return work
    if work["state"] == "cancelled" and is_ours:
        # By someone else, who does not want it back.
        raise AirflowFailException(f"{url} was cancelled on the platform")
    # What this try only joined may have been cancelled by the try before it.
    raise AirflowException(f"{url} ended as {work['state']}: {work.get('error') or work.get('outcome') or 'without a reason'}")


def _cancel(platform: Platform, url: str, end: BaseException) -> None:
    log.warning("%s: cancelling it, since this try ends: %r", url, end)
    try:
        # Airflow gives 5 s between its SIGTERM and its SIGKILL.
        platform.post(url + "/cancel", timeout=3)
    except Refused as refused:
        log.info("%s", refused)  # 404: never began; 409: has ended
    except Away as absence:
        log.error("%s goes on: it could not be cancelled: %s", url, absence)


@contextmanager
def _sigterm_raises() -> Iterator[None]:
    """A plain task's SIGTERM runs an empty on_kill and is then forgotten; here it ends the work."""

    def killed(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not end the cancelling
        raise Killed("SIGTERM")

    before = signal.signal(signal.SIGTERM, killed)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
