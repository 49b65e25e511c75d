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
      assertThat(TestEvents.rows(view, tiles.get(0)))
          .isEqualTo(TestEvents.rows(view, TestEvents.tiles(view, events)));
    }
  }
}
