package dev.anabranch.scoring;

import dev.anabranch.lakehouse.lead.LeadScore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which leads are handed over to sales: those whose probability reaches the threshold, whose newest
 * record is younger than the model's horizon (a backlog of last week is nobody to call), and that
 * were not handed over within a horizon of their own time before.
 */
final class HotRule {
  private final double from;
  private final Map<String, Long> handedOver = new HashMap<>();

  HotRule(double from) {
    this.from = from;
  }

  /**
   * The scores, with those marked that hand their lead over.
   *
   * @param horizon of the model that made them
   */
  List<LeadScore> judge(List<LeadScore> scores, Duration horizon) {
    long millis = horizon.toMillis();
    return scores.stream().map(score -> isHot(score, millis) ? score.handedOver() : score).toList();
  }

  private boolean isHot(LeadScore score, long horizonMillis) {
    // A probability that is not a number reaches nothing.
    if (!(score.probability() >= from)
        || score.scoredMillis() - score.kafkaMillis() >= horizonMillis) {
      return false;
    }
    Long before = handedOver.get(score.leadId());
    return before == null || score.asOfMicros() - before >= horizonMillis * 1000;
  }

  /** These were committed. */
  void remember(List<LeadScore> hot) {
    hot.forEach(score -> handedOver.merge(score.leadId(), score.asOfMicros(), Math::max));
  }
}
