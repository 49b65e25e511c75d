package dev.anabranch.cli.demo;

import dev.anabranch.cli.measure.Freshness;
import java.time.Duration;
import java.util.Optional;

/**
 * What the board shows. The truth is of this moment; what the architectures answer is as old as
 * they are fresh.
 *
 * @param elapsed since the first event
 * @param length how long events are sent; empty until Ctrl-C
 * @param lastRun the newest batch run in a few words
 * @param remark what else the user should know, often empty
 */
record Moment(
    String address,
    Duration elapsed,
    Optional<Duration> length,
    Truth.Sent sent,
    Totals truth,
    Comparison sides,
    Freshness lambda,
    Freshness kappa,
    long kappaDropped,
    String lastRun,
    String remark) {}
