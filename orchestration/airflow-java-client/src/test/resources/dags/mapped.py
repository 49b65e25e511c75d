"""A dag of airflow with a task for each of three values."""

from airflow.sdk import dag, task


@dag(schedule=None)
def mapped():
    @task
    def square(number):
        print(f"the number is {number}")
        return number * number

    square.expand(number=[1, 2, 3])


mapped()
