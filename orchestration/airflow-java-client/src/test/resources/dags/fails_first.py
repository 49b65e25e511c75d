"""Fails in its first try, and succeeds once it was cleared."""

from airflow.sdk import dag, get_current_context, task


@dag(schedule=None)
def fails_first():
    @task
    def before():
        return "done"

    @task
    def flaky(text):
        if get_current_context()["ti"].try_number == 1:
            raise ValueError("the first try fails: café")
        return {"text": text, "conf": get_current_context()["dag_run"].conf}

    flaky(before())


fails_first()
