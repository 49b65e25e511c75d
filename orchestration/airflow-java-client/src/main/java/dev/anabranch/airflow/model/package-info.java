/**
 * What Airflow answers, cut to what its users need. A record component is the field of the same
 * name in snake case; fields that are not here are ignored, and a state that Airflow added later is
 * {@code UNKNOWN}.
 */
package dev.anabranch.airflow.model;
