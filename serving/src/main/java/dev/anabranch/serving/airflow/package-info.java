/** Batch runs by way of Airflow, where the platform has one. */
package dev.anabranch.serving.airflow;
