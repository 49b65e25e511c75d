"""The batch layer's runs: Airflow says when, the platform does the work.

One task, since a retry must restart what failed and not just look at it again. The platform's run has the id of Airflow's run, the same on
each try and after a clear, and so keeps its boundary E.

Environment, the same for the scheduler's tasks and the DAG processor: ANABRANCH_API_URL, and ANABRANCH_API_TOKEN_FILE (or the
token itself in ANABRANCH_API_TOKEN) where the API has one. Optional: ANABRANCH_BATCH_SCHEDULE (a cron expression; empty for runs on demand only), ANABRANCH_BATCH_TIMEOUT_SECONDS (of one
try), ANABRANCH_BATCH_RETRY_DELAY_SECONDS.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

from airflow.sdk import dag, get_current_context, task

SCHEDULE = os.environ.get("ANABRANCH_BATCH_SCHEDULE", "@hourly")
TIMEOUT = timedelta(seconds=float(os.environ.get("ANABRANCH_BATCH_TIMEOUT_SECONDS", "7200")))
RETRY_DELAY = timedelta(seconds=float(os.environ.get("ANABRANCH_BATCH_RETRY_DELAY_SECONDS", "30")))


@dag(
    dag_id="anabranch_batch",
    description="A batch run of the platform, with this run's id",
    doc_md=__doc__,
    schedule=SCHEDULE or None,
    start_date=datetime(2025, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["anabranch"],
)
def anabranch_batch():
    @task(retries=2, retry_delay=RETRY_DELAY, execution_timeout=TIMEOUT)
    def run_batch() -> dict:
        """Returns the platform's run, with its figures and its URL."""
        from anabranch.platform import Platform
        from anabranch.work import follow

        run_id = get_current_context()["run_id"]
        platform = Platform.of_environment()
        # Direct: the platform asks this DAG for runs, and must not do so again for this one.
        run = follow(platform, "batch-runs", run_id, query="?direct=true")
        return {**run, "url": platform.url("batch-runs", run_id)}

    run_batch()


anabranch_batch()
