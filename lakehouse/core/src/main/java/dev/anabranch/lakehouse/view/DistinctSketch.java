package dev.anabranch.lakehouse.view;

import java.nio.charset.StandardCharsets;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;

/**
 * Distinct counts by HyperLogLog (Apache DataSketches), exact up to a few values and with a
 * relative standard error of 1.04 / sqrt(2^13) = 1.15 % beyond, so that 5 % is over four of them.
 * The bytes are those of Spark's {@code hll_sketch_agg(column, 13)}; merging is a union and loses
 * nothing.
 */
public final class DistinctSketch {
  /** log2 of the number of registers. */
  public static final int LG_K = 13;

  private DistinctSketch() {}

  static HllSketch create() {
    return new HllSketch(LG_K, TgtHllType.HLL_8);
  }

  static void add(HllSketch sketch, String value) {
    sketch.update(value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Distinct values in one sketch, rounded. The same values give the same estimate, however they
   * were split and merged: it follows from the registers alone. (The library's default is somewhat
   * closer for a sketch that was never merged, so that its answer tells how tiles were merged.)
   */
  public static long estimate(byte[] sketch) {
    return Math.round(HllSketch.wrap(Memory.wrap(sketch)).getCompositeEstimate());
  }

  /** A union in the making: a single sketch passes through as it is. */
  static final class Merger {
    private byte[] only;
    private Union union;

    void reset() {
      only = null;
      union = null;
    }

    void add(byte[] sketch) {
      if (only == null && union == null) {
        only = sketch;
        return;
      }
      if (union == null) {
        union = new Union(LG_K);
        union.update(HllSketch.wrap(Memory.wrap(only)));
        only = null;
      }
      union.update(HllSketch.wrap(Memory.wrap(sketch)));
    }

    byte[] result() {
      return union == null ? only : union.getResult(TgtHllType.HLL_8).toCompactByteArray();
    }
  }
}
