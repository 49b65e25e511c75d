package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A way to group the rows of {@code activity} inside a stretch of time: by some of its text keys.
 *
 * @param slot tells groupings apart: 0 to the number of {@link #ALL}, exclusive
 * @param fields what rows are grouped by, beside time, in the order of the view's keys
 * @param view {@code activity} by these keys only; its first key is where a row's time begins
 */
public record Grouping(int slot, List<String> fields, View view) {
  /** Every subset of the text keys; in the order of bits, so the first has none of them. */
  public static final List<Grouping> ALL = all();

  /** No groups: one row. */
  public static final Grouping WHOLE = ALL.get(0);

  /** As in the view itself. */
  static final Grouping FINEST = ALL.get(ALL.size() - 1);

  public Grouping {
    fields = List.copyOf(fields);
  }

  /** The grouping by exactly these fields. */
  public static Grouping of(Set<String> fields) {
    return ALL.stream()
        .filter(grouping -> Set.copyOf(grouping.fields).equals(fields))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("No grouping by " + fields));
  }

  private static List<Grouping> all() {
    List<Key> texts = Activity.VIEW.keys().stream().filter(key -> key instanceof Key.Text).toList();
    List<Grouping> groupings = new ArrayList<>();
    for (int slot = 0; slot < 1 << texts.size(); slot++) {
      List<Key> keys = new ArrayList<>(List.of(Activity.VIEW.keys().get(0)));
      for (int bit = 0; bit < texts.size(); bit++) {
        if ((slot & 1 << bit) != 0) {
          keys.add(texts.get(bit));
        }
      }
      groupings.add(
          new Grouping(
              slot,
              keys.stream().skip(1).map(Key::name).toList(),
              new View(Activity.VIEW.name(), keys, Activity.VIEW.measures())));
    }
    return List.copyOf(groupings);
  }
}
