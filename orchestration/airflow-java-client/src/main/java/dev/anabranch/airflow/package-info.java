/**
 * A thin client of Apache Airflow 3's REST API ({@code /api/v2}), on the JDK's own HTTP client and
 * Jackson. Written by hand and held against the OpenAPI document that Airflow ships: see {@link
 * dev.anabranch.airflow.AirflowClient}.
 */
package dev.anabranch.airflow;
