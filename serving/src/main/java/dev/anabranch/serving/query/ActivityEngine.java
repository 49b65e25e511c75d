package dev.anabranch.serving.query;

import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.state.Page;
import java.util.Optional;

/** Answers questions to the view {@code activity}. Stateless; safe for use by several threads. */
public final class ActivityEngine {

  /**
   * Rows in the order of window start, type, channel; windows and groups without events are left
   * out.
   *
   * @param views {@code snapshot.views(architecture)}, or the truth of a snapshot
   * @param after goes on behind this row; the same rows come however they are paged
   * @param limit 1 or more
   */
  public Page<ActivityRow> page(
      ViewTiers views, ActivityQuery query, Optional<ActivityRow.Position> after, int limit) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** The whole range of the question as one group; windows and {@code by} do not matter. */
  public Totals summary(ViewTiers views, ActivityQuery query) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }
}
