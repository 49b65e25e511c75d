package dev.anabranch.cli.replay;

import java.util.List;

/**
 * One row of a file.
 *
 * @param number its number in the file, from 1; a header does not count
 * @param values the texts of the columns that the mapping names, in its order; empty where the row
 *     has none
 * @param fault why the row cannot be read as one, empty where it can
 */
record Row(long number, List<String> values, String fault) {

  Row {
    values = List.copyOf(values);
  }

  static Row of(long number, List<String> values) {
    return new Row(number, values, "");
  }

  static Row unreadable(long number, String fault) {
    return new Row(number, List.of(), fault);
  }
}
