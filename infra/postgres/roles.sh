#!/bin/sh
# A role and a database for each program that keeps something here. Runs at every start, and changes nothing where all is there, but for
# the passwords, which are those of infra/.env. PGHOST and PGPASSWORD name the server and the password of postgres.
set -eu

# role NAME PASSWORD
role() {
  psql --quiet --set=ON_ERROR_STOP=1 --username postgres --set=name="$1" --set=password="$2" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'name', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SELECT format('REVOKE CONNECT ON DATABASE %I, postgres FROM PUBLIC', :'name') \gexec
SQL
}

role airflow "$AIRFLOW_PASSWORD"
role mlflow "$MLFLOW_PASSWORD"
# The profiles of leads and the hot ones; the programs make its tables.
role anabranch "$LEADS_PASSWORD"
echo "The roles and databases of airflow, mlflow and anabranch are there."
