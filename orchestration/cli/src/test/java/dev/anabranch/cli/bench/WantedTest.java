package dev.anabranch.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class WantedTest {

  private final ObjectNode figures = new ObjectMapper().createObjectNode();

  @Test
  void figuresAtTheirLimitsAreAsTheyMustBe() {
    figures.put("p50_millis", 1_500).put("ratio", 0.7);
    Wanted.atMost(figures, "p50_millis", 1_500);
    Wanted.atLeast(figures, "ratio", 0.7);
    assertThat(Wanted.missed(figures)).isEmpty();
  }

  @Test
  void figuresBeyondTheirLimitsAreNamed() {
    figures.put("p50_millis", 1_501).put("ratio", 0.699);
    Wanted.atMost(figures, "p50_millis", 1_500);
    Wanted.atLeast(figures, "ratio", 0.7);
    assertThat(Wanted.missed(figures))
        .containsExactly(
            "p50_millis is 1501; wanted: {\"at_most\":1500.0}",
            "ratio is 0.699; wanted: {\"at_least\":0.7}");
  }

  @Test
  void aFigureThatWasNotMeasuredIsNotAsItMustBe() {
    Wanted.atMost(figures, "p50_millis", 1_500);
    assertThat(Wanted.missed(figures))
        .containsExactly("p50_millis is missing; wanted: {\"at_most\":1500.0}");
  }
}
