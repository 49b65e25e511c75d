package dev.anabranch.cli.replay;

import dev.anabranch.cli.replay.MappedRow.Unmapped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts of the rows that were left out, by fault, with a few examples of each. */
final class UnmappedRows {

  private static final int MOST_FAULTS = 200;
  private static final int MOST_EXAMPLES = 3;
  private static final int LONGEST_EXAMPLE = 100;

  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, List<String>> examples = new TreeMap<>();
  private long rows;

  void add(Unmapped row) {
    rows++;
    // Values without end make faults without end; the rest are counted by their field.
    boolean room = counts.containsKey(row.fault()) || counts.size() < MOST_FAULTS;
    String fault = room ? row.fault() : row.fault().split(":", 2)[0] + ": other values or faults";
    counts.merge(fault, 1L, Long::sum);
    List<String> some = examples.computeIfAbsent(fault, key -> new ArrayList<>());
    if (some.size() < MOST_EXAMPLES) {
      some.add("row " + row.row() + (row.example().isEmpty() ? "" : ": " + shown(row.example())));
    }
  }

  private static String shown(String example) {
    String cut =
        example.length() > LONGEST_EXAMPLE
            ? example.substring(0, LONGEST_EXAMPLE) + "..."
            : example;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  /** All rows that were left out. */
  long rows() {
    return rows;
  }

  /** Rows by fault, sorted; they add up to all. */
  Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** Some rows of each fault. */
  Map<String, List<String>> examples() {
    return new TreeMap<>(examples);
  }
}
