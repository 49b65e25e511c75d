package dev.anabranch.cli.replay;

import dev.anabranch.lakehouse.event.Event;

/** What became of a row. */
sealed interface MappedRow {

  /** It is an event that the platform accepts. */
  record Mapped(Event event) implements MappedRow {}

  /**
   * It is left out.
   *
   * @param fault the field and what is wrong with it; rows with the same fault are counted together
   * @param example what this row has there
   */
  record Unmapped(long row, String fault, String example) implements MappedRow {}
}
