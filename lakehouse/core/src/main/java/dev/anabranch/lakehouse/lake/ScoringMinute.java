package dev.anabranch.lakehouse.lake;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What the scoring stream did in a minute of the wall clock. Figures to watch it by: a minute that
 * a crash cuts off is not made up for.
 *
 * @param minute its beginning
 * @param scored scores made
 * @param hot leads handed over
 * @param meanProbability of the scores that are numbers; empty: there was none
 * @param latencyP50Millis from a lead's newest record in the log to its score
 * @param psi how far the probabilities are from those of the model's test rows: the population
 *     stability index over ten equal bins; empty: too few scores or no such rows
 * @param notANumber scores without an answer
 * @param unseenCategories scores of leads with a category that the model was not trained on
 * @param withoutProfile scores of leads without a profile
 * @param modelVersion the model of the last score
 */
public record ScoringMinute(
    Instant minute,
    long scored,
    long hot,
    OptionalDouble meanProbability,
    long latencyP50Millis,
    long latencyP99Millis,
    OptionalDouble psi,
    long notANumber,
    long unseenCategories,
    long withoutProfile,
    long modelVersion) {}
