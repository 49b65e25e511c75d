package dev.anabranch.scoring;

import dev.anabranch.lakehouse.lead.LeadScore;
import java.util.List;
import java.util.Optional;

/** A place that hot leads are handed over to, which knows itself what it has been given. */
interface HotLeadTarget extends AutoCloseable {

  /** The newest epoch that it has; empty: none. */
  Optional<Long> newestEpoch();

  /** Takes an epoch's leads: all of them or, where this throws, all or none of them. */
  void deliver(long epoch, List<LeadScore> leads);

  @Override
  void close();
}
