#!/bin/sh
# A role and a database for each part that keeps something here; PostgreSQL's image runs this once, on an empty volume.
set -eu
psql --set=ON_ERROR_STOP=1 --username postgres --set=airflow_password="$AIRFLOW_PASSWORD" <<'SQL'
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE DATABASE airflow OWNER airflow;
REVOKE CONNECT ON DATABASE airflow, postgres FROM PUBLIC;
SQL
