package dev.anabranch.serving.query;

import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.state.Page;
import java.util.Optional;

/** Answers questions to the view {@code leads}. Stateless; safe for use by several threads. */
public final class LeadsEngine {

  /**
   * Leads in order.
   *
   * @param after goes on behind this lead: its id and the value that the order looks at
   * @param limit 1 or more
   */
  public Page<LeadRow> page(ViewTiers views, LeadOrder order, Optional<LeadRow> after, int limit) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** One lead; empty where it has no events. */
  public Optional<LeadRow> one(ViewTiers views, String leadId) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }
}
