/**
 * Turns a file of somebody's own into events: readers of CSV, JSON Lines and Parquet, and a mapping
 * from their columns and values to ours. A row that does not map is counted and reported, never
 * dropped in silence.
 */
package dev.anabranch.cli.replay;
