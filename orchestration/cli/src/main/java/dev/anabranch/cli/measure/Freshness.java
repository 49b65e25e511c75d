package dev.anabranch.cli.measure;

import java.util.OptionalLong;

/**
 * How old records were when an answer first held them, in milliseconds.
 *
 * @param records how many were measured
 * @param p50 half of them were no older; empty where there are none
 * @param p99 all but a hundredth of them were no older; empty where there are none
 */
public record Freshness(long records, OptionalLong p50, OptionalLong p99) {}
