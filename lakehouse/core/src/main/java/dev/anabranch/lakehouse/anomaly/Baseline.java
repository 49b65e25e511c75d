package dev.anabranch.lakehouse.anomaly;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many events a minute, or a few minutes together, usually has.
 *
 * @param channel empty where the pool is of all channels
 * @param span what the counts are of
 * @param hour as in {@link Pool#hour}
 * @param minutes how many counts of history are behind it, those of no events included
 * @param median of their counts
 * @param mad the median of the counts' absolute deviations from the median
 * @param expected the counts that are no anomaly
 */
public record Baseline(
    Pool pool,
    Span span,
    String eventType,
    Optional<String> channel,
    OptionalInt hour,
    long minutes,
    double median,
    double mad,
    Range expected) {}
