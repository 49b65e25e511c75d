package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.LeadScore;

/**
 * Scores whose words of few different ones are the same objects: read from files, each row has its
 * own, which are most of what a score takes of the memory.
 */
final class SharedWords {
  private SharedWords() {}

  static LeadScore of(LeadScore score) {
    return new LeadScore(
        score.epoch(),
        score.leadId(),
        score.asOfMicros(),
        score.events(),
        score.probability(),
        score.modelVersion(),
        score.kafkaMillis(),
        score.scoredMillis(),
        score.hot(),
        score.lastType().intern(),
        score.lastChannel().intern(),
        score.profile().map(SharedWords::of));
  }

  private static LeadProfile of(LeadProfile profile) {
    return new LeadProfile(
        profile.leadId(),
        profile.companySize().intern(),
        profile.country().intern(),
        profile.sector().intern(),
        profile.signedUpAt(),
        profile.lifecycleStage().intern());
  }

  static BatchScore of(BatchScore score) {
    return new BatchScore(
        score.leadId(),
        score.asOfMicros(),
        score.events(),
        score.probability(),
        score.modelVersion(),
        score.batchRun().intern());
  }
}
