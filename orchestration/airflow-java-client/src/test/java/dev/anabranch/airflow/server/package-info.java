/** A real Airflow as a set of child processes, and a real HTTP server in the platform's place. */
package dev.anabranch.airflow.server;
