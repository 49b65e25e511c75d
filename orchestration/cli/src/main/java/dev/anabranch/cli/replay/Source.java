package dev.anabranch.cli.replay;

/** Where a field of ours comes from. */
sealed interface Source {

  /** A column of theirs, by name or by number. */
  record Column(String name) implements Source {}

  /** The same in every row. */
  record Constant(String value) implements Source {}

  /** A prefix and the row's number in the file, from 1. */
  record RowNumber(String prefix) implements Source {}
}
