package dev.anabranch.lakehouse.view;

import dev.anabranch.lakehouse.event.EventType;
import java.util.Optional;

/**
 * What a view keeps of a group of events. Every measure merges: the measure of a union of disjoint
 * sets of events is the merge of their measures, in any order and any grouping.
 */
public sealed interface Measure {
  /** The column's name, in tables and in answers alike. */
  String name();

  /** How many events, or how many of one type. */
  record Count(String name, Optional<EventType> only) implements Measure {
    public static Count all(String name) {
      return new Count(name, Optional.empty());
    }

    public static Count of(EventType type) {
      return new Count(type.wireName(), Optional.of(type));
    }
  }

  /** The exact sum of money, in cents; DECIMAL(38,2) in tables. */
  record Sum(String name, EventField.Value field) implements Measure {}

  /** The earliest instant. */
  record Min(String name, EventField.Value field) implements Measure {}

  /** The latest instant. */
  record Max(String name, EventField.Value field) implements Measure {}

  /**
   * Distinct values: a sketch that merges, in the column {@link #sketchColumn}; batch views hold
   * the exact count beside it, in the column {@link #name}.
   */
  record Distinct(String name, EventField.Text field) implements Measure {
    public String sketchColumn() {
      return name + "_sketch";
    }
  }
}
