package dev.anabranch.lakehouse.anomaly;

import java.util.HashMap;
import java.util.Map;

/**
 * Events and revenue by lead, of so many leads at most: where there are more, those with the least
 * are forgotten, as in lossy counting (Manku and Motwani, VLDB 2002). Who does very much stays.
 */
final class LeadTally {
  private static final int MOST_LEADS = 200_000;

  private final Map<String, Amount> leads = new HashMap<>();

  /** What one lead did. */
  static final class Amount {
    private long events;
    private long cents;

    long events() {
      return events;
    }

    long cents() {
      return cents;
    }
  }

  void add(String lead, long events, long cents) {
    Amount amount = leads.computeIfAbsent(lead, l -> new Amount());
    amount.events += events;
    amount.cents = saturated(amount.cents, cents);
    if (leads.size() > MOST_LEADS) {
      forgetTheLeast();
    }
  }

  long cents(String lead) {
    Amount amount = leads.get(lead);
    return amount == null ? 0 : amount.cents;
  }

  Map<String, Amount> all() {
    return leads;
  }

  void clear() {
    leads.clear();
  }

  private void forgetTheLeast() {
    for (long least = 2; leads.size() > MOST_LEADS / 2; least *= 2) {
      long events = least;
      long cents = least * 10_000;
      leads.values().removeIf(amount -> amount.events < events && amount.cents < cents);
    }
  }

  /** Sums past what a long holds are as extreme as can be. */
  private static long saturated(long left, long right) {
    long sum = left + right;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
