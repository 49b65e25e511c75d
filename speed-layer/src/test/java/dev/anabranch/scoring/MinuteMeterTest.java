package dev.anabranch.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MinuteMeterTest {

  @Test
  void aDistributionLikeTrainingsHasNoDrift() {
    assertThat(MinuteMeter.psi(bins(900, 100), bins(90, 10)).getAsDouble())
        .isCloseTo(0, within(1e-12));
  }

  @Test
  void theIndexIsThatOfItsFormula() {
    // (0.5 - 0.9) ln(0.5 / 0.9) + (0.5 - 0.1) ln(0.5 / 0.1)
    assertThat(MinuteMeter.psi(bins(500, 500), bins(90, 10)).getAsDouble())
        .isCloseTo(0.87889, within(1e-4));
  }

  @Test
  void anEmptyBinIsNotInfinite() {
    assertThat(MinuteMeter.psi(bins(0, 1_000), bins(100, 0)).getAsDouble()).isFinite();
  }

  @Test
  void fewScoresOrAModelWithoutADistributionHaveNone() {
    assertThat(MinuteMeter.psi(bins(50, 49), bins(90, 10))).isEmpty();
    assertThat(MinuteMeter.psi(bins(500, 500), new double[0])).isEmpty();
  }

  private static double[] bins(double first, double last) {
    double[] bins = new double[MinuteMeter.BINS];
    bins[0] = first;
    bins[MinuteMeter.BINS - 1] = last;
    return bins;
  }
}
