package dev.anabranch.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class MarkerTest {

  @Property
  void marksAboutTheShare(
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @IntRange(min = 1, max = 5_000) int n,
      @ForAll long seed) {
    assertThat((double) marked(share, n, seed)).isBetween(share * n - 2, share * n + 2);
  }

  @Property
  void marksExactlyTheShareWhereThatIsWhole(
      @ForAll @IntRange(min = 0, max = 1_000) int perMille, @ForAll long seed) {
    assertThat(marked(perMille / 1_000.0, 2_000, seed)).isEqualTo(2L * perMille);
  }

  private static long marked(double share, int n, long seed) {
    Marker marker = new Marker(share, new Random(seed));
    long marked = 0;
    for (int i = 0; i < n; i++) {
      marked += marker.next() ? 1 : 0;
    }
    return marked;
  }
}
