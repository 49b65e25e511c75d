"""Trainings: the platform trains models on the events of the newest batch run, and promotes the better one; Airflow says when.

Environment as for anabranch_batch. Optional: ANABRANCH_TRAINING_SCHEDULE (a cron expression; without one, trainings on demand only).
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

from airflow.sdk import dag, get_current_context, task

SCHEDULE = os.environ.get("ANABRANCH_TRAINING_SCHEDULE", "")


@dag(
    dag_id="anabranch_train",
    description="A training with this run's id, and the model that came of it",
    doc_md=__doc__,
    schedule=SCHEDULE or None,
    start_date=datetime(2025, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["anabranch"],
)
def anabranch_train():
    @task(retries=1, retry_delay=timedelta(minutes=1), execution_timeout=timedelta(hours=2))
    def train() -> dict:
        """Returns the training with its model's figures and URL."""
        from anabranch.platform import Platform
        from anabranch.work import follow

        run_id = get_current_context()["run_id"]
        platform = Platform.of_environment()
        work = follow(platform, "trainings", run_id)
        model = platform.url("models", str(work["version"]))
        figures = platform.get(model)[1]
        return {**work, "url": model, **{name: figures[name] for name in ("auc", "pr_auc", "log_loss", "champion")}}

    train()


anabranch_train()
