"""What the DAGs share. Standard library only: it is imported whenever Airflow parses them."""
