package dev.anabranch.scoring;

import java.io.Serializable;
import java.util.List;

/**
 * What an epoch brought for the leads of one partition of the state.
 *
 * @param inputs a lead each
 * @param accepted events that were new
 * @param duplicates copies of events that the leads' histories remember
 * @param quarantined refused records
 * @param newestKafkaMillis of all records; {@link Long#MIN_VALUE} without any
 */
record LeadShare(
    List<LeadInput> inputs,
    long accepted,
    long duplicates,
    long quarantined,
    long newestKafkaMillis)
    implements Serializable {}
