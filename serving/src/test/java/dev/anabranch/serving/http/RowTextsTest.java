package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.serving.query.ActivityRow;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowTextsTest {
  private static final long MINUTE = 60_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RowTexts texts = new RowTexts();

  private static ActivityRow row(long minute, String channel, long events, String revenue) {
    return new ActivityRow(
        minute * MINUTE,
        (minute + 1) * MINUTE,
        Optional.empty(),
        Optional.of(channel),
        events,
        new BigDecimal(revenue),
        1);
  }

  /** More rows than there are places, each asked for again while others have taken its place. */
  @Test
  void aRowIsItsOwnWhateverElseIsKept() throws Exception {
    int rows = 40_000;
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < rows; i++) {
        JsonNode json = JSON.readTree(texts.of(row(i, "c\"" + i, i + 1, i + ".50")).getValue());
        assertThat(json.path("channel").asText()).isEqualTo("c\"" + i);
        assertThat(json.path("events").asLong()).isEqualTo(i + 1);
        assertThat(json.path("revenue").asText()).isEqualTo(i + ".50");
        assertThat(json.has("event_type")).isFalse();
      }
    }
  }

  @Test
  void aRowThatStaysIsWrittenOnceAndOneThatChangesAnew() throws Exception {
    assertThat(texts.of(row(1, "ads", 1, "2.00"))).isSameAs(texts.of(row(1, "ads", 1, "2.00")));
    assertThat(texts.of(row(1, "ads", 1, "2.00")).getValue()).contains("\"events\":1,");
    assertThat(texts.of(row(1, "ads", 2, "2.00")).getValue()).contains("\"events\":2,");
    assertThat(texts.of(row(1, "ads", 2, "2.10")).getValue()).contains("\"revenue\":\"2.10\"");
  }
}
