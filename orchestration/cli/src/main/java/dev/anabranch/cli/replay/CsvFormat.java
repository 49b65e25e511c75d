package dev.anabranch.cli.replay;

/**
 * How a CSV file is written.
 *
 * @param header whether its first row names the columns; else they are numbered from 1
 */
record CsvFormat(boolean header, char separator, char quote) {}
