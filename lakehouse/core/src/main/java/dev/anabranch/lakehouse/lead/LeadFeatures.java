package dev.anabranch.lakehouse.lead;

import dev.anabranch.lakehouse.event.EventType;
import java.io.Serializable;

/**
 * What a model knows of a lead as of an instant.
 *
 * @param numbers of {@link Feature#ALL}, in that order
 * @param lastType what the lead did last
 * @param lastChannel where that came from
 * @param events how many distinct events this is made of
 */
public record LeadFeatures(
    String leadId,
    long asOfMicros,
    double[] numbers,
    EventType lastType,
    String lastChannel,
    long events)
    implements Serializable {}
