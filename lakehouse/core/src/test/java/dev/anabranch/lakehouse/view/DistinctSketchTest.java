package dev.anabranch.lakehouse.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.datasketches.hll.HllSketch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctSketchTest {
  private static final long SEED = 7;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 700, 1_559, 5_000, 20_000, 200_000})
  void theSameValuesGiveTheSameEstimateHoweverTheyAreSplitAndMerged(int distinct) {
    Random random = new Random(SEED);
    HllSketch whole = DistinctSketch.create();
    for (int value = 0; value < distinct; value++) {
      DistinctSketch.add(whole, "lead-" + value);
    }
    long estimate = DistinctSketch.estimate(whole.toCompactByteArray());
    assertThat((double) estimate).isCloseTo(distinct, within(0.05 * distinct));
    for (int parts : List.of(2, 3, 40)) {
      List<HllSketch> split = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        split.add(DistinctSketch.create());
      }
      for (int value = 0; value < distinct; value++) {
        DistinctSketch.add(split.get(random.nextInt(parts)), "lead-" + value);
      }
      DistinctSketch.Merger merger = new DistinctSketch.Merger();
      split.forEach(part -> merger.add(part.toCompactByteArray()));
      assertThat(DistinctSketch.estimate(merger.result()))
          .as("%d values in %d parts, seed %d", distinct, parts, SEED)
          .isEqualTo(estimate);
    }
  }
}
