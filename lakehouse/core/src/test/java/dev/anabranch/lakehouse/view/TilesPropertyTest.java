package dev.anabranch.lakehouse.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TilesPropertyTest {

  /** Any split of any events, merged in any order and grouping, is the fold of all of them. */
  @Property(tries = 200)
  void mergeOfAnySplitIsTheWhole(
      @ForAll long seed,
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(min = 1, max = 12) int parts) {
    List<Event> events = TestEvents.random(seed, count);
    Random random = new Random(seed);
    List<List<Event>> split = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      split.add(new ArrayList<>());
    }
    events.forEach(event -> split.get(random.nextInt(parts)).add(event));
    for (View view : Views.ALL) {
      List<Tiles> tiles = new ArrayList<>();
      split.forEach(part -> tiles.add(TestEvents.tiles(view, part)));
      while (tiles.size() > 1) {
        Collections.shuffle(tiles, random);
        int take = Math.min(tiles.size(), 2 + random.nextInt(3));
        List<Tiles> group = new ArrayList<>(tiles.subList(0, take));
        tiles.subList(0, take).clear();
        tiles.add(Tiles.merge(view, group));
      }
      assertThat(rows(view, tiles.get(0))).isEqualTo(rows(view, TestEvents.tiles(view, events)));
    }
  }

  /** Rows as text; of a sketch its estimate, since the same sketch has several forms in bytes. */
  static List<String> rows(View view, Tiles tiles) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < tiles.size(); row++) {
      List<Object> cells = new ArrayList<>();
      for (int k = 0; k < view.keys().size(); k++) {
        cells.add(cell(tiles.key(k), row));
      }
      for (int m = 0; m < view.measures().size(); m++) {
        cells.add(cell(tiles.measure(m), row));
      }
      rows.add(cells.toString());
    }
    return rows;
  }

  private static Object cell(Column column, int row) {
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
