package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lead.LeadScore;
import java.util.Comparator;

/**
 * Where a hand-over stands among all: newest first, that is, by epoch descending, then by lead. New
 * ones come before all that are there, so a list goes on behind a position whatever came since.
 */
public record HotPosition(long epoch, String leadId) implements Comparable<HotPosition> {
  private static final Comparator<HotPosition> NEWEST_FIRST =
      Comparator.comparingLong(HotPosition::epoch).reversed().thenComparing(HotPosition::leadId);

  public static HotPosition of(LeadScore score) {
    return new HotPosition(score.epoch(), score.leadId());
  }

  @Override
  public int compareTo(HotPosition other) {
    return NEWEST_FIRST.compare(this, other);
  }
}
