package dev.anabranch.lakehouse.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TilesTest {
  private static final View BY_TYPE =
      new View(
          "activity",
          List.of(Activity.VIEW.keys().get(0), Activity.VIEW.keys().get(1)),
          Activity.VIEW.measures());

  @Property(tries = 100)
  void anySplitMergesToTheWhole(
      @ForAll long seed,
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(min = 1, max = 7) int parts) {
    List<Event> events = TestEvents.random(seed, count);
    List<List<Event>> split = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      split.add(new ArrayList<>());
    }
    Random random = new Random(seed);
    events.forEach(event -> split.get(random.nextInt(parts)).add(event));
    for (View view : Views.ALL) {
      Tiles merged =
          Tiles.merge(view, split.stream().map(part -> TestEvents.tiles(view, part)).toList());
      assertSame(merged, TestEvents.tiles(view, events), view);
    }
  }

  @Property(tries = 50)
  void slicesMergeToTheWhole(@ForAll long seed, @ForAll @IntRange(max = 200) int count) {
    for (View view : Views.ALL) {
      Tiles whole = TestEvents.tiles(view, TestEvents.random(seed, count));
      int cut = new Random(seed).nextInt(whole.size() + 1);
      Tiles head = whole.slice(view, 0, cut);
      Tiles tail = whole.slice(view, cut, whole.size());
      assertThat(head.size()).isEqualTo(cut);
      assertSame(Tiles.merge(view, List.of(tail, head)), whole, view);
    }
  }

  @Property(tries = 50)
  void rowsRollUpToTheTilesOfTheCoarserView(
      @ForAll long seed, @ForAll @IntRange(max = 200) int count) {
    List<Event> events = TestEvents.random(seed, count);
    Tiles rolled =
        TestEvents.tiles(Activity.VIEW, events).rollUp(Activity.VIEW, BY_TYPE, minute -> minute);
    assertSame(rolled, TestEvents.tiles(BY_TYPE, events), BY_TYPE);
  }

  @Property(tries = 50)
  void whereKeepsTheRowsOfTheEvents(@ForAll long seed, @ForAll @IntRange(max = 200) int count) {
    List<Event> events = TestEvents.random(seed, count);
    Tiles tiles = TestEvents.tiles(Activity.VIEW, events);
    Tiles kept = tiles.where(Activity.VIEW, row -> tiles.textKey(1).at(row).equals("purchase"));
    assertSame(
        kept,
        TestEvents.tiles(
            Activity.VIEW,
            events.stream().filter(event -> event.type().wireName().equals("purchase")).toList()),
        Activity.VIEW);
  }

  /**
   * Sketches of the same values may differ in their bytes: they are compared by what they count.
   */
  private static void assertSame(Tiles actual, Tiles expected, View view) {
    assertThat(describe(actual, view)).isEqualTo(describe(expected, view));
  }

  private static List<String> describe(Tiles tiles, View view) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < tiles.size(); row++) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < view.keys().size(); k++) {
        text.append(value(tiles.key(k), row)).append(' ');
      }
      for (int m = 0; m < view.measures().size(); m++) {
        text.append(value(tiles.measure(m), row)).append(' ');
      }
      rows.add(text.toString());
    }
    return rows;
  }

  private static Object value(Column column, int row) {
    if (column instanceof Column.Longs longs) {
      return longs.at(row);
    } else if (column instanceof Column.Texts texts) {
      return texts.at(row);
    } else if (column instanceof Column.Money money) {
      return money.at(row);
    }
    return DistinctSketch.estimate(((Column.Distincts) column).sketches()[row]);
  }
}
