"""Kappa begins again from the start of the log, on demand: a new generation, which readers see once it is level with the old one.

Environment as for anabranch_batch.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.sdk import dag, task


@dag(
    dag_id="anabranch_kappa_reprocess",
    description="A new generation of Kappa, and the switch of its readers",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2025, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["anabranch"],
)
def anabranch_kappa_reprocess():
    @task(retries=2, retry_delay=timedelta(seconds=30), execution_timeout=timedelta(hours=12))
    def reprocess() -> dict:
        """Returns Kappa's state, with the generation that readers see."""
        from anabranch.generation import build
        from anabranch.platform import Platform

        return build(Platform.of_environment())

    reprocess()


anabranch_kappa_reprocess()
