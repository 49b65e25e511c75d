package dev.anabranch.serving.query;

import java.util.Optional;

/** The order of leads; ties are in the order of their ids, by code point. */
public enum LeadOrder {
  MOST_REVENUE("-revenue"),
  LEAST_REVENUE("revenue"),
  MOST_EVENTS("-events"),
  LAST_SEEN("-last_seen");

  private final String wireName;

  LeadOrder(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  /** The order of that exact name; empty where there is none. */
  public static Optional<LeadOrder> ofWireName(String name) {
    for (LeadOrder order : values()) {
      if (order.wireName.equals(name)) {
        return Optional.of(order);
      }
    }
    return Optional.empty();
  }
}
