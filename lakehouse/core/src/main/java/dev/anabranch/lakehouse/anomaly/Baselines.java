package dev.anabranch.lakehouse.anomaly;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** All that was learnt at one time, to look up. Immutable. */
public final class Baselines {
  private record Place(
      Pool pool, Span span, String type, Optional<String> channel, OptionalInt hour) {}

  private final String batchRun;
  private final Instant learntAt;
  private final List<Baseline> all;
  private final List<LeadLimit> leadLimits;
  private final Map<Place, Baseline> byPlace = new HashMap<>();
  private final List<Group> groups = new ArrayList<>();

  /**
   * @param batchRun the run whose events they were learnt from
   */
  public Baselines(
      String batchRun, Instant learntAt, List<Baseline> all, List<LeadLimit> leadLimits) {
    this.batchRun = batchRun;
    this.learntAt = learntAt;
    this.all = List.copyOf(all);
    this.leadLimits = List.copyOf(leadLimits);
    for (Baseline baseline : all) {
      byPlace.put(
          new Place(
              baseline.pool(),
              baseline.span(),
              baseline.eventType(),
              baseline.channel(),
              baseline.hour()),
          baseline);
      if (baseline.pool() == Pool.TYPE_AND_CHANNEL && baseline.span() == Span.MINUTE) {
        groups.add(new Group(baseline.eventType(), baseline.channel().orElseThrow()));
      }
    }
  }

  public String batchRun() {
    return batchRun;
  }

  public Instant learntAt() {
    return learntAt;
  }

  public List<Baseline> all() {
    return all;
  }

  public List<LeadLimit> leadLimits() {
    return leadLimits;
  }

  /** Those that have enough history of their own, so that their silence says something. */
  List<Group> groups() {
    return groups;
  }

  /** What holds for a group in the minutes up to one: the narrowest pool with enough history. */
  Optional<Baseline> of(Group group, Span span, long minute) {
    for (Pool pool : Pool.ALL) {
      Optional<String> channel =
          pool == Pool.EVENT_TYPE ? Optional.empty() : Optional.of(group.channel());
      Baseline found =
          byPlace.get(new Place(pool, span, group.eventType(), channel, pool.hour(minute)));
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  Optional<LeadLimit> of(LeadLimit.Measure measure) {
    return leadLimits.stream().filter(limit -> limit.measure() == measure).findAny();
  }
}
