"""Rounds of maintenance: the platform expires, merges and deletes what nobody needs; Airflow says when.

Environment as for anabranch_batch. Optional: ANABRANCH_MAINTENANCE_SCHEDULE (a cron expression; empty for rounds on demand only).
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

from airflow.sdk import dag, get_current_context, task

SCHEDULE = os.environ.get("ANABRANCH_MAINTENANCE_SCHEDULE", "30 * * * *")


@dag(
    dag_id="anabranch_maintenance",
    description="A round of maintenance of the lake, with this run's id",
    doc_md=__doc__,
    schedule=SCHEDULE or None,
    start_date=datetime(2025, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["anabranch"],
)
def anabranch_maintenance():
    @task(retries=2, retry_delay=timedelta(seconds=30), execution_timeout=timedelta(hours=2))
    def maintain() -> dict:
        """Returns the round, with its figures and its URL."""
        from anabranch.platform import Platform
        from anabranch.work import follow

        run_id = get_current_context()["run_id"]
        platform = Platform.of_environment()
        work = follow(platform, "maintenance", run_id)
        return {**work, "url": platform.url("maintenance", run_id)}

    maintain()


anabranch_maintenance()
