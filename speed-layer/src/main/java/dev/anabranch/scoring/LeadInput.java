package dev.anabranch.scoring;

import dev.anabranch.lakehouse.lead.LeadFeatures;
import dev.anabranch.lakehouse.lead.LeadProfile;
import java.io.Serializable;

/**
 * A lead that did something in an epoch, ready to be scored.
 *
 * @param kafkaMillis when its newest record was appended to the log
 * @param profileOrNull null: none is known
 */
record LeadInput(LeadFeatures features, long kafkaMillis, LeadProfile profileOrNull)
    implements Serializable {}
