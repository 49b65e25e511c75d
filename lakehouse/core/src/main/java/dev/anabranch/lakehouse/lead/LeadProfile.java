package dev.anabranch.lakehouse.lead;

import java.io.Serializable;
import java.time.Instant;

/**
 * What is known of a lead beside its events.
 *
 * @param companySize a band such as {@code 11-50}
 * @param country ISO 3166-1 alpha-2
 * @param lifecycleStage where sales stand with the lead: nothing that a model learns from, since it
 *     changes with what is predicted
 */
public record LeadProfile(
    String leadId,
    String companySize,
    String country,
    String sector,
    Instant signedUpAt,
    String lifecycleStage)
    implements Serializable {}
