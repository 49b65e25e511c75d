"""A new generation of Kappa, asked for and waited for."""

from __future__ import annotations

import logging
import time

from anabranch.limits import Limit, Patience
from anabranch.platform import Away, Platform, Refused
from anabranch.work import failure

log = logging.getLogger(__name__)


def build(platform: Platform, patience: Patience = Patience()) -> dict:
    """Asks for a new generation, or joins the one that is being built, and returns Kappa's state once readers see it.

    A try that is killed leaves the generation to itself: it is built all the same, and the next try joins it or finds it done.

    Raises AirflowException where another try may help, AirflowFailException where it cannot.
    """
    away = Limit(patience.while_away)
    wanted = None
    while True:
        try:
            if wanted is None:
                wanted = platform.post(platform.url("pipelines", "kappa") + "/reprocess")[1]["generation"]
                log.info("Generation %d is asked for", wanted)
            _, kappa = platform.get(platform.url("pipelines", "kappa"))
            away.forget()
            if (kappa.get("generation") or 0) >= wanted:
                return {**kappa, "last_progress": None, "recent_progress": []}
        except Refused as refused:
            raise failure(refused) from None
        except Away as absence:
            away.wait(absence, 0)
        time.sleep(patience.between_polls)
